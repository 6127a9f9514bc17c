package dev.tallyclerk.registry.audit.files;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import java.util.List;

/** Rules on what builds leave behind. */
final class LeftoverRules {
    private LeftoverRules() {}

    static List<Rule<FileSystemSubject>> all() {
        return List.of(
                FileRules.listed(info("FS-029", Severity.INFO, Profile.STRICT, "4.3", "4.1.2", """
                        Package lists of apt left
                        The lists are stale at once, and take tens of megabytes. Remedy: End the step with rm -rf
                        /var/lib/apt/lists/*.
                        """)),
                FileRules.listed(info("FS-030", Severity.INFO, Profile.STRICT, "4.3", "4.1.2", """
                        Packages of apt left
                        The archives are of no use after their installation. Remedy: Run apt-get clean in the same step.
                        """)),
                FileRules.listed(info("FS-031", Severity.INFO, Profile.STRICT, "4.3", "4.1.2", """
                        Cache of apk left
                        The cache is of no use in an image. Remedy: Install with apk add --no-cache.
                        """)),
                FileRules.listed(info("FS-032", Severity.INFO, Profile.STRICT, "4.3", "4.1.2", """
                        Cache of dnf, yum, zypper or pacman left
                        The cache is of no use in an image. Remedy: Run the clean all command in the same step.
                        """)),
                FileRules.listed(info("FS-033", Severity.INFO, Profile.STRICT, "4.3", "4.1.2", """
                        Cache of a language's package manager left
                        The cache is of no use in an image, and may have private packages. Remedy: Mount the cache for the
                        step, or remove it there.
                        """)),
                FileRules.listed(info("FS-034", Severity.MEDIUM, Profile.L1, "4.10", "4.1.4", """
                        Source-control directory
                        It has all versions of the sources, deleted secrets and the addresses of private servers. Remedy:
                        Exclude it by .dockerignore.
                        """)),
                FileRules.listed(info("FS-035", Severity.INFO, Profile.STRICT, "4.3", "4.1.2", """
                        Build or editor files left
                        They describe how the image is built, and are of no use in it. Remedy: Exclude them by
                        .dockerignore.
                        """)),
                FileRules.listed(info("FS-037", Severity.INFO, Profile.STRICT, "4.3", "4.1.2", """
                        Core dump or log left
                        Dumps and logs may have secrets from the build. Remedy: Remove the file in the step that writes it.
                        """)),
                FileRules.listed(info("FS-053", Severity.INFO, Profile.STRICT, "4.3", "4.1.2", """
                        Temporary files left
                        They are of no use in an image, and may have secrets from the build. Remedy: Remove them in the step
                        that writes them.
                        """)));
    }
}
