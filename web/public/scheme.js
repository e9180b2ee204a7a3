// Sets the colour scheme from the last choice, or from the system, before anything is painted.
(function () {
  var chosen
  try { chosen = localStorage.getItem('almanac-scheme') } catch (e) { chosen = null }
  var dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light')
})()
