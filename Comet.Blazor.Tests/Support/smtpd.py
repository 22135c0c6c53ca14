# A real SMTP server (python3-aiosmtpd) for tests: plain, STARTTLS with sign-in, TLS with sign-in. Mails land in DIR/maildir.
# usage: /usr/bin/python3 smtpd.py DIR [PLAIN STARTTLS TLS]   (DIR holds cert.pem and key.pem; account bob/secret)
# What it does goes by the recipient: unknown@ 550, later@ 451, stuck@ never answers, spam@ 554 after the text; sender other@ 553.
import asyncio
import socket
import ssl
import sys
import warnings

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import AuthResult, LoginPassword

folder = sys.argv[1]
warnings.simplefilter("ignore")  # of sign-in without TLS: the library does not see the TLS from the start


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Handler(Mailbox):
    async def handle_MAIL(self, server, session, envelope, address, options):
        if address.startswith("other@"):
            return "553 5.7.1 not your address"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("unknown@"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("later@"):
            return "451 4.7.1 greylisted"
        if address.startswith("stuck@"):
            with open(folder + "/stuck", "a") as f:
                f.write(address + "\n")
            await asyncio.sleep(3600)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if any(r.startswith("spam@") for r in envelope.rcpt_tos):
            return "554 5.7.1 looks like spam"
        return await super().handle_DATA(server, session, envelope)


def auth(server, session, envelope, mechanism, data):
    ok = isinstance(data, LoginPassword) and data.login == b"bob" and data.password == b"secret"
    return AuthResult(success=ok, handled=False)  # handled=False: the library answers 535


tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain(folder + "/cert.pem", folder + "/key.pem")
handler = Handler(folder + "/maildir")
plain, starttls, implicit = (int(p) for p in sys.argv[2:5]) if len(sys.argv) > 2 else (free_port(), free_port(), free_port())
Controller(handler, hostname="127.0.0.1", port=plain).start()
Controller(handler, hostname="127.0.0.1", port=starttls, tls_context=tls, require_starttls=True, authenticator=auth, auth_required=True).start()
Controller(handler, hostname="127.0.0.1", port=implicit, ssl_context=tls, authenticator=auth, auth_required=True, auth_require_tls=False).start()
print("ready", plain, starttls, implicit, flush=True)
sys.stdin.read()  # ends with the test
