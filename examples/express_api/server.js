// A small bookshop watched by Treblle. `node server.js [port]`; TREBLLE_SDK chooses which of the two
// npm packages watches it: "@treblle/express" (unless said otherwise) or "treblle".
'use strict'

const express = require('express')

const keys = {
  apiKey: process.env.TREBLLE_SDK_TOKEN,
  projectId: process.env.TREBLLE_API_KEY,
}
const books = [
  { id: 1, title: 'Pride and Prejudice', author: 'Jane Austen', price: 9.5 },
  { id: 2, title: 'Frankenstein', author: 'Mary Shelley', price: 8.9 },
  { id: 3, title: 'Moby-Dick', author: 'Herman Melville', price: 14 },
]

const app = express()
app.set('trust proxy', 'loopback')
app.use(express.json())
watch(app)

app.get('/books', (request, response) => {
  const words = String(request.query.q || '').toLowerCase()
  response.json({ books: books.filter((book) => book.title.toLowerCase().includes(words)) })
})

app.get('/books/:id', (request, response) => {
  const book = books.find(({ id }) => id === Number(request.params.id))
  if (book) {
    response.json(book)
  } else {
    response.status(404).json({ error: `there is no book ${request.params.id}` })
  }
})

app.post('/login', (request, response) => {
  const { email, password } = request.body
  if (!email || !password) {
    response.status(422).json({ error: 'email and password are wanted' })
  } else {
    response.json({ email, secret: `session-of-${email}` })
  }
})

app.put('/books/:id', (request, response) => response.json({ ...request.body, id: Number(request.params.id) }))

app.delete('/books/:id', (request, response) => response.status(204).end())

app.get('/report', () => {
  throw new Error('nobody has bought anything')
})

const port = Number(process.argv[2] || process.env.PORT || 3000)
const server = app.listen(port, '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`)
})

function watch(app) {
  if (process.env.TREBLLE_SDK === 'treblle') {
    const { useTreblle } = require('treblle')
    useTreblle(app, keys)
  } else {
    const treblle = require('@treblle/express')
    app.use(treblle(keys))
  }
}
