package dev.tallyclerk.registry.audit.files;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import java.util.List;

/** Rules on the modes, owners and types of files. */
final class ModeRules {
    private ModeRules() {}

    static List<Rule<FileSystemSubject>> all() {
        return List.of(
                FileRules.listed(info("FS-001", Severity.MEDIUM, Profile.L2, "4.8", "4.1.2", """
                        Set-user-ID file
                        A program with the set-user-ID bit runs as its owner, mostly root, and not as the user that starts it; a flaw in it
                        gives an attacker in the container those rights. An image that calls itself minimal should have none. Remedy: Remove the bit with chmod u-s, or the
                        package, or run containers with no-new-privileges and allow the paths that you need.
                        """)
                        .highest(Severity.HIGH)),
                FileRules.listed(info("FS-002", Severity.LOW, Profile.L2, "4.8", "4.1.2", """
                        Set-group-ID file
                        A program with the set-group-ID bit runs with the rights of its group, and not of the user that starts it. Remedy:
                        Remove the bit with chmod g-s, or allow the paths that you need.
                        """)
                        .highest(Severity.MEDIUM)),
                FileRules.listed(info("FS-003", Severity.MEDIUM, Profile.L2, "4.8", "4.1.2", """
                        File carries capabilities
                        A program with file capabilities gets them for every user, also in a container whose user is not
                        root. Remedy: Remove them with setcap -r, or allow the paths that you need.
                        """)),
                FileRules.listed(info("FS-004", Severity.LOW, Profile.STRICT, "4.8", "4.1.2", """
                        World-writable file
                        Every process of the container, whatever its user, can change what others read or run. Remedy:
                        Remove the permission with chmod o-w.
                        """)),
                FileRules.listed(info("FS-005", Severity.MEDIUM, Profile.STRICT, "4.8", "4.1.2", """
                        World-writable directory without sticky bit
                        Every process can replace the files of others in such a directory, for example with a link. Remedy:
                        Set the sticky bit with chmod +t, or remove the permission with chmod o-w.
                        """)),
                FileRules.listed(info("FS-042", Severity.HIGH, Profile.STRICT, "5.18", "4.1.3", """
                        Device node in a layer
                        A device gives access to hardware of the host as soon as the container may use it; engines make the
                        devices that containers need. Remedy: Remove the device, and give devices to a container with
                        --device.
                        """)),
                FileRules.found(info("FS-043", Severity.CRITICAL, Profile.L1, "4.12", "4.1.3", """
                        Layer entry escapes the root
                        A name or hard link with .. in it writes outside of the image in an engine that does not stop it, and
                        so do later layers if the root is a link (umoci before 0.4.7, CVE-2021-29136). An absolute name is
                        harmless in engines, and unusual. Remedy: Do not use the image, and find out which tool wrote the
                        layer.
                        """)
                        .reference("CVE", "CVE-2021-29136")),
                FileRules.listed(info("FS-044", Severity.LOW, Profile.STRICT, "5.6", "4.1.3", """
                        Symbolic link to a sensitive path
                        A link to files of the kernel, to devices or out of the root leads tools that follow it on the host,
                        or with a shared namespace, to other files than the image shows. Remedy: Remove the link.
                        """)),
                FileRules.listed(info("FS-045", Severity.HIGH, Profile.L1, "4.8", "4.1.2", """
                        Set-user-ID file in a writable directory
                        Users other than root can replace a program that others trust to run with its owner's rights, or put
                        files beside it that it loads. Remedy: Move the program to a directory of root, or remove it.
                        """)),
                FileRules.listed(info("FS-046", Severity.INFO, Profile.STRICT, "", "4.1.2", """
                        File owned by an unknown user or group
                        A file of an ID without an account belongs to the next account that gets that ID. Only the first file of
                        each ID is reported. Remedy: Change the owner with chown, or create the account.
                        """)),
                FileRules.listed(info("FS-047", Severity.LOW, Profile.STRICT, "", "4.1.2", """
                        Application files are writable by the run-time user
                        An attacker who takes over the application can replace its program and stay in the container.
                        Remedy: Let root own the program, with mode 0555.
                        """)),
                FileRules.listed(info("FS-048", Severity.HIGH, Profile.STRICT, "", "4.1.2", """
                        A directory of PATH is writable by other users than root
                        A program that an attacker puts there is run instead of another one of that name. Remedy: Give the
                        directory to root, with mode 0755.
                        """)));
    }
}
