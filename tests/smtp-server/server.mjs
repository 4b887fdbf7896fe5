// A mail server the project did not write. Prints "READY <port>" once it listens, then one line of JSON for each mail it took.
// TLS_KEY, TLS_CERTIFICATE: PEM; with them it offers STARTTLS. MAIL_USER, MAIL_PASSWORD: with them nobody sends without signing in.
// It ends with whoever started it.
import { SMTPServer } from 'smtp-server';

const { TLS_KEY: key, TLS_CERTIFICATE: cert, MAIL_USER: user, MAIL_PASSWORD: password } = process.env;
const server = new SMTPServer({
  ...(key ? { key, cert } : {}),
  disabledCommands: [...(key ? [] : ['STARTTLS']), ...(user ? [] : ['AUTH'])],
  authOptional: !user,
  onAuth: (given, _, done) => given.username === user && given.password === password
    ? done(null, { user })
    : done(new Error('Invalid user name or password')),
  onData: (stream, session, done) => {
    const parts = [];
    stream.on('data', part => parts.push(part));
    stream.on('end', () => {
      const { mailFrom, rcptTo } = session.envelope;
      console.log(JSON.stringify({ from: mailFrom.address, to: rcptTo.map(to => to.address), encrypted: session.secure, user: session.user ?? null, text: Buffer.concat(parts).toString('utf8') }));
      done();
    });
  },
});
server.on('error', () => {});
server.listen(0, '127.0.0.1', function () { console.log(`READY ${this.address().port}`); });
process.stdin.on('end', () => process.exit()).resume();
