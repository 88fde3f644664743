export type DovecotPlace = {
  folder: string;
  imapPort: number;
  lmtpPort: number;
  password: string;
  /** tokens instead of passwords: the mechanisms that are offered, and the file that says whom to ask */
  oauth?: { mechanisms: string; file: string } | undefined;
  /** numbers of the account that owns the mail */
  uid: number;
  gid: number;
  /** names of our own account, given when we are not root: every service then runs as it */
  account: { user: string; group: string } | undefined;
};

/**
 * A Dovecot 2.3 with all of its state in one folder: any user name, one password, IMAP and LMTP on loopback, no TLS.
 * Mail goes to INBOX; a detail after `+` is cut from the recipient, as relays do.
 */
export function dovecotConfig(place: DovecotPlace): string {
  const { folder, imapPort, lmtpPort, password, uid, gid, account, oauth } = place;
  return `base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/dovecot.log
protocols = imap lmtp
ssl = no
disable_plaintext_auth = no
auth_mechanisms = ${oauth?.mechanisms ?? 'plain login'}
auth_username_chars =
first_valid_uid = 1
mail_fsync = never
mail_location = maildir:${folder}/mail/%u
mail_home = ${folder}/mail/%u
recipient_delimiter = +
passdb {
${oauth === undefined ? `  driver = static\n  args = password=${password}` : `  driver = oauth2\n  mechanisms = ${oauth.mechanisms}\n  args = ${oauth.file}`}
}
userdb {
  driver = static
  args = uid=${uid} gid=${gid} home=${folder}/mail/%u allow_all_users=yes
}
service imap-login {
  inet_listener imap {
    address = 127.0.0.1
    port = ${imapPort}
  }
  inet_listener imaps {
    port = 0
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${lmtpPort}
  }
}
namespace inbox {
  inbox = yes
  separator = /
  mailbox Processed {
    auto = create
  }
}
protocol imap {
  mail_max_userip_connections = 50
}
${account === undefined ? '' : ordinaryAccount(account)}`;
}

/** What Dovecot needs when it may not change its user. */
function ordinaryAccount({ user, group }: { user: string; group: string }): string {
  return `default_login_user = ${user}
default_internal_user = ${user}
default_internal_group = ${group}
service anvil {
  chroot =
}
service imap-login {
  chroot =
}
service stats {
  chroot =
}
`;
}
