/* The person reads in light colours wherever they sign in. */
localStorage.setItem("adminTheme", JSON.stringify("light"));
