package dev.tallyclerk.registry.audit.files;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import java.util.List;

/** Rules on files with which an image attacks its engine. */
final class EngineAttackRules {
    private EngineAttackRules() {}

    static List<Rule<FileSystemSubject>> all() {
        return List.of(
                FileRules.found(info("ATK-004", Severity.HIGH, Profile.L1, "4.1", "4.1.3", """
                        Image's user is root under another name
                        A user that passwd maps to 0 runs as root although the image seems not to. containerd before 1.6.38,
                        1.7.27 and 2.0.4 (CVE-2024-40635), and later for names that are numbers (CVE-2026-46680), also takes
                        numbers for such names. Remedy: Select a user by a number other than 0, and remove the account.
                        """)
                        .highest(Severity.CRITICAL)),
                FileRules.found(info("ATK-005", Severity.HIGH, Profile.L1, "4.12", "4.1.3", """
                        Endless passwd or group file
                        containerd and other engines read these files on the host when they start a container; one without
                        end stops the daemon (CVE-2026-47262). Remedy: Do not use the image, and find out what wrote the
                        file.
                        """)),
                FileRules.found(info("ATK-006", Severity.HIGH, Profile.L1, "4.12", "4.1.3", """
                        dev, proc or sys is not a directory
                        runc mounts file systems there, and follows a link of the image to another place (CVE-2023-27561,
                        CVE-2023-28642, CVE-2026-41579). Remedy: Do not use the image, or make them directories.
                        """)),
                FileRules.found(info("ATK-007", Severity.HIGH, Profile.L1, "4.12", "4.1.3", """
                        Working directory or volume leads out of the image
                        podman creates the working directory through links of the image, and so on the host
                        (CVE-2026-55686); runc enters it with open files of the host (CVE-2024-21626). Remedy: Do not use
                        the image, or make the path a directory.
                        """)
                        .highest(Severity.CRITICAL)),
                FileRules.found(info("ATK-008", Severity.HIGH, Profile.L1, "4.12", "4.1.3", """
                        Started program is a link out of the image
                        A program that is a link to /proc/self/exe runs the runtime of the host inside the container, where
                        older runtimes can be overwritten (runc before 1.0-rc7, CVE-2019-5736). Remedy: Do not use the
                        image.
                        """)
                        .highest(Severity.CRITICAL)),
                FileRules.listed(info("ATK-010", Severity.HIGH, Profile.L1, "4.12", "4.1.3", """
                        Program that an engine runs to unpack
                        Docker before 29.5.1 runs xz and unpigz of the image as root of the host when a compressed archive
                        is copied into a container (CVE-2026-41567). A script in their place, and a program of no package
                        in an image with packages, are not what they seem. Remedy: Remove the file, or install the package
                        that has it.
                        """)),
                FileRules.found(info("ATK-011", Severity.HIGH, Profile.L1, "4.12", "4.1.3", """
                        Link at a path that a runtime writes
                        crun before 1.20, with its handler for virtual machines, writes a configuration into the root of the
                        image, and follows a link there to a file of the host (CVE-2025-24965). Remedy: Do not use the
                        image.
                        """)));
    }
}
