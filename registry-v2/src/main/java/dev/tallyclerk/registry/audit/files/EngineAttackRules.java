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
                        A user that passwd maps to 0 runs as root although the image seems not to. For engines, an ID that is
                        absent or no number is 0 too. containerd before 1.6.38, 1.7.27 and 2.0.4 (CVE-2024-40635), and before
                        2.2.4 and 2.3.1 for names that are numbers (CVE-2026-46680), also takes numbers for such names. Remedy:
                        Select a user by a number other than 0, and remove the account.
                        """)
                        .reference("CVE", "CVE-2024-40635")
                        .reference("CVE", "CVE-2026-46680")
                        .highest(Severity.CRITICAL)),
                FileRules.found(info("ATK-005", Severity.HIGH, Profile.L1, "4.12", "4.1.3", """
                        Endless passwd or group file
                        containerd and other engines read these files on the host when they start a container; one without
                        end stops the daemon (containerd before 1.7.33, 2.0.10, 2.1.9, 2.2.5 and 2.3.2, CVE-2026-47262; CRI-O,
                        CVE-2025-4437). Remedy: Do not use the image, and find out what wrote the file.
                        """)
                        .reference("CVE", "CVE-2025-4437")
                        .reference("CVE", "CVE-2026-47262")),
                FileRules.found(info("ATK-006", Severity.HIGH, Profile.L1, "4.12", "4.1.3", """
                        dev, proc or sys is not a directory
                        runc before 1.1.5 mounts file systems there, and follows a link of the image to another place
                        (CVE-2019-19921, CVE-2023-27561, CVE-2023-28642); runc before 1.3.6 and 1.4.3 (CVE-2026-41579) and crun
                        before 1.28 (CVE-2026-47766) make and delete files there. crun up to 1.29.1 follows links in place of
                        dev/null and dev/console (CVE-2026-88264, CVE-2026-88265). Remedy: Do not use the image, or make them
                        directories, and let the engine make the devices.
                        """)
                        .reference("CVE", "CVE-2019-19921")
                        .reference("CVE", "CVE-2023-27561")
                        .reference("CVE", "CVE-2023-28642")
                        .reference("CVE", "CVE-2026-41579")
                        .reference("CVE", "CVE-2026-47766")
                        .reference("CVE", "CVE-2026-88264")
                        .reference("CVE", "CVE-2026-88265")),
                FileRules.found(info("ATK-007", Severity.HIGH, Profile.L1, "4.12", "4.1.3", """
                        Working directory or volume leads out of the image
                        podman before 5.7.1 creates the working directory through links of the image, and so on the host
                        (CVE-2026-55686); runc enters it with open files of the host (CVE-2024-21626). Remedy: Do not use
                        the image, or make the path a directory.
                        """)
                        .reference("CVE", "CVE-2026-55686")
                        .highest(Severity.CRITICAL)),
                FileRules.found(info("ATK-008", Severity.HIGH, Profile.L1, "4.12", "4.1.3", """
                        Started program is a link out of the image
                        A program or shell that is a link to /proc/self/exe, or a script with it as interpreter, runs the
                        runtime of the host inside the container, where older runtimes can be overwritten (runc before
                        1.0-rc7, CVE-2019-5736). Remedy: Do not use the
                        image.
                        """)
                        .reference("CVE", "CVE-2019-5736")
                        .highest(Severity.CRITICAL)),
                FileRules.listed(info("ATK-010", Severity.HIGH, Profile.L1, "4.12", "4.1.3", """
                        Program that engines and clients run
                        Docker before 29.5.1 runs xz and unpigz of the image as root of the host when a compressed archive
                        is copied into a container (CVE-2026-41567), and podman top before 4.0.0 runs nsenter
                        (CVE-2022-1227). A script in their place, and a program of no package in an image with packages,
                        are not what they seem. kubectl before 1.11.9, 1.12.7, 1.13.5 and 1.14.0 writes where the tar of the
                        image says (CVE-2019-1002101). Remedy: Remove the file, or install the package that has it.
                        """)
                        .reference("CVE", "CVE-2019-1002101")
                        .reference("CVE", "CVE-2026-41567")
                        .reference("CVE", "CVE-2022-1227")),
                FileRules.found(info("ATK-011", Severity.HIGH, Profile.L1, "4.12", "4.1.3", """
                        Link at a path that a runtime writes
                        crun before 1.20, with its handler for virtual machines, writes a configuration into the root of the
                        image, and follows a link there to a file of the host (CVE-2025-24965); CRI-O writes below etc
                        (CVE-2024-5154), and the hooks of the NVIDIA Container Toolkit before 1.17.8 write the loader's
                        cache (CVE-2025-23267). Remedy: Do not use the image.
                        """)
                        .reference("CVE", "CVE-2025-24965")
                        .reference("CVE", "CVE-2024-5154")
                        .reference("CVE", "CVE-2025-23267")),
                FileRules.found(info("ATK-012", Severity.HIGH, Profile.L1, "4.12", "4.1.3", """
                        File that an engine reads is a link, pipe or device
                        podman, buildah and CRI-O read passwd and group of the image on the host, and stop at a pipe, and
                        at a link there that leads to one (CVE-2024-9676); on a host in FIPS mode they mount the folder of crypto-policies
                        (CVE-2024-9341). Remedy: Do not use the image.
                        """)
                        .reference("CVE", "CVE-2024-9676")
                        .reference("CVE", "CVE-2024-9341")
                        .highest(Severity.CRITICAL)),
                FileRules.found(info("ATK-015", Severity.CRITICAL, Profile.L1, "4.12", "4.1.3", """
                        Library of CUDA is a directory or leads out of the image
                        The NVIDIA Container Toolkit before 1.17.4 mounts what is at the paths of the libraries in
                        /usr/local/cuda/compat, and links there bring directories of the host into the container
                        (CVE-2024-0132, CVE-2025-23359). Remedy: Do not use the image.
                        """)
                        .reference("CVE", "CVE-2024-0132")
                        .reference("CVE", "CVE-2025-23359")));
    }
}
