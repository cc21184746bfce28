// Says on the page what allauth's script would only write to the console.
document.addEventListener('allauth.error', function (event) {
  const notice = document.getElementById('passkey-problem')
  if (notice) {
    notice.hidden = false
    event.preventDefault()
  }
})
