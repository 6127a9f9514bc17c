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
