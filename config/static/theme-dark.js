/* The person reads in dark colours wherever they sign in. */
localStorage.setItem("adminTheme", JSON.stringify("dark"));
