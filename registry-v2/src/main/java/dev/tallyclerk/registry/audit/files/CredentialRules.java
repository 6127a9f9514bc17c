package dev.tallyclerk.registry.audit.files;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import java.util.List;

/** Rules on keys, tokens and passwords in files. */
final class CredentialRules {
    private CredentialRules() {}

    static List<Rule<FileSystemSubject>> all() {
        return List.of(
                FileRules.secrets(info("FS-016", Severity.CRITICAL, Profile.L1, "4.10", "4.1.4", """
                        Private key
                        Everyone who has the image has the key, and can pretend to be its owner. Found by its content; one
                        that needs a passphrase is of medium severity, and one below a directory of tests or examples of
                        low. Remedy: Remove the key from all layers, and replace it.
                        """)),
                FileRules.secrets(info("FS-019", Severity.CRITICAL, Profile.L1, "4.10", "4.1.4", """
                        Cloud credentials
                        Everyone who has the image can act as the account. Remedy: Remove the file from all layers, and
                        replace the credentials.
                        """)),
                FileRules.secrets(info("FS-020", Severity.CRITICAL, Profile.L1, "4.10", "4.1.4", """
                        Registry credentials
                        Everyone who has the image can pull and perhaps push as the account. Remedy: Remove the file from
                        all layers, use build secrets, and replace the credentials.
                        """)),
                FileRules.secrets(info("FS-021", Severity.CRITICAL, Profile.L1, "4.10", "4.1.4", """
                        Package or source-control token
                        Everyone who has the image can read, and perhaps publish, packages and sources. Remedy: Remove the
                        file from all layers, use build secrets, and replace the token.
                        """)),
                FileRules.secrets(info("FS-022", Severity.CRITICAL, Profile.L1, "4.10", "4.1.4", """
                        Kubernetes credentials
                        Everyone who has the image can act in the cluster. Remedy: Remove the file from all layers, and
                        replace the credentials.
                        """)),
                FileRules.secrets(info("FS-025", Severity.HIGH, Profile.L1, "4.10", "4.1.4", """
                        Secret deleted in a later layer is still recoverable
                        The lower layer still has the file, and everyone who has the image can read it. Remedy: Build again
                        without the file in any layer, and replace the secret.
                        """)),
                FileRules.secrets(info("FS-026", Severity.HIGH, Profile.STRICT, "4.10", "4.1.4", """
                        Token pattern in a text file
                        Everyone who has the image can use the token. Found by its form, checksum and randomness; of low
                        severity below a directory of tests or examples, and if only its form speaks for a token. Remedy: Remove it from all layers, and replace it.
                        """)),
                FileRules.listed(info("FS-017", Severity.HIGH, Profile.L1, "5.7", "4.1.4", """
                        SSH host key
                        All containers have the same key, and everyone who has the image can pretend to be one of them.
                        Remedy: Generate the key when the container first starts.
                        """)),
                FileRules.listed(info("FS-018", Severity.HIGH, Profile.STRICT, "5.7", "4.1.4", """
                        Authorized SSH keys in the image
                        The owner of the key can log in to every container of the image. Remedy: Remove the file.
                        """)),
                FileRules.listed(info("FS-023", Severity.HIGH, Profile.L1, "4.10", "4.1.4", """
                        File name known to hold credentials
                        Everyone who has the image can read the file. Its content was not judged by this rule. Remedy:
                        Remove the file from all layers, use build secrets, and change the credentials.
                        """)),
                FileRules.listed(info("FS-024", Severity.MEDIUM, Profile.L1, "4.10", "4.1.4", """
                        File type known to hold credentials
                        Everyone who has the image can read a store of keys or passwords, and try to guess its password.
                        Remedy: Remove the file from all layers, and mount it at run time.
                        """)),
                FileRules.listed(info("FS-036", Severity.MEDIUM, Profile.STRICT, "4.10", "4.1.4", """
                        Shell history file
                        Histories contain command lines with passwords and tokens. Remedy: Remove the file in the step that
                        writes it.
                        """)));
    }
}
