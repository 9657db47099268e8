/* The person leaves the colours to the browser: what its own switch remembers stays. */
