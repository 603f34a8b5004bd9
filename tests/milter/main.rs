//! The milter: as a service, on the wire, and with a real Postfix on the loopback interface.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

mod load;
mod mail_server;
mod postfix;
mod service;
mod wire;

const BAD: &str = "Dear Ms Hartnell,\r\n\r\nYou failed to pay three invoices. From 30 June we will no longer work for you.\r\n\
                   \r\nYours sincerely,\r\nA. Bell\r\n";
const ORDINARY: &str =
    "Dear Ms Hartnell,\r\n\r\nThe meeting is moved to Monday at ten.\r\n.\r\n..two dots\r\n\r\nA. Bell\r\n";

/// The body of a letter in which there is nothing to mend.
fn good() -> String {
    let (_, body) = include_str!("../../fixtures/en/clean.txt").split_once("\n\n").unwrap();
    body.replace('\n', "\r\n")
}
