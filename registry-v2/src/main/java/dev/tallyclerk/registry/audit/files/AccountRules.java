package dev.tallyclerk.registry.audit.files;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import java.util.List;

/** Rules on accounts, and on how they get rights. */
final class AccountRules {
    private AccountRules() {}

    static List<Rule<FileSystemSubject>> all() {
        return List.of(
                FileRules.found(info("FS-006", Severity.CRITICAL, Profile.L1, "4.1", "4.1.2", """
                        Account without a password
                        Anyone who can start su or log in becomes that user. CVE-2019-5021 was this mistake in a base image.
                        Remedy: Lock the account with passwd -l.
                        """)),
                FileRules.found(info("FS-007", Severity.MEDIUM, Profile.STRICT, "4.10", "4.1.4", """
                        Account with a password hash
                        All containers share the password, and everyone who has the image can try to guess it. Remedy: Lock
                        the account with passwd -l, and use keys or tokens that are given at run time.
                        """)),
                FileRules.found(info("FS-008", Severity.CRITICAL, Profile.L1, "4.1", "4.1.2", """
                        Empty password field in passwd
                        Programs that read only passwd take the account for one without a password. Remedy: Write x in the
                        second field, and lock the account in shadow.
                        """)),
                FileRules.found(info("FS-009", Severity.HIGH, Profile.L1, "4.1", "4.1.2", """
                        Second account with user ID 0
                        The account has the rights of root under a name that filters and people overlook. Remedy: Remove the
                        account.
                        """)),
                FileRules.found(info("FS-010", Severity.LOW, Profile.L1, "", "4.1.2", """
                        Duplicate user ID
                        Two names with one user ID have the same rights, and logs show the wrong name. Remedy: Give each
                        account its own number.
                        """)),
                FileRules.found(info("FS-011", Severity.LOW, Profile.L1, "", "4.1.2", """
                        Duplicate group ID
                        Two groups with one ID have the same rights. Remedy: Give each group its own number.
                        """)),
                FileRules.found(info("FS-012", Severity.LOW, Profile.L1, "", "4.1.2", """
                        Duplicate user or group name
                        Programs use either of two entries with one name. Remedy: Remove one of them.
                        """)),
                FileRules.found(info("FS-013", Severity.HIGH, Profile.L1, "", "4.1.2", """
                        Shadow file is readable by others
                        Every process can read the hashes of passwords and try to guess them. Remedy: Set the mode to 0640.
                        """)),
                FileRules.found(info("FS-014", Severity.CRITICAL, Profile.L1, "", "4.1.2", """
                        Account or sudo file is writable by others
                        A process that can write the file becomes root. Remedy: Give the file to root, and remove the permission
                        with chmod go-w.
                        """)),
                FileRules.found(info("FS-015", Severity.HIGH, Profile.L1, "4.1", "4.1.2", """
                        User can become root by sudo or doas
                        An attacker who takes over the process of that user is root with one command. A group without
                        members is not reported. Remedy: Remove sudo from the image, or the rule.
                        """)),
                FileRules.found(info("IMG-003", Severity.LOW, Profile.STRICT, "4.1", "4.1.2", """
                        USER does not exist in the image
                        Engines refuse to start the container, or take a number of the host's. Remedy: Create the account in
                        the image, or select a user by number.
                        """)));
    }
}
