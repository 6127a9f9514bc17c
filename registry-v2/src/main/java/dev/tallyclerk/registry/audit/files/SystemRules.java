package dev.tallyclerk.registry.audit.files;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import java.util.List;

/** Rules on programs and on the configuration of the system. */
final class SystemRules {
    private SystemRules() {}

    static List<Rule<FileSystemSubject>> all() {
        return List.of(
                FileRules.listed(info("FS-027", Severity.MEDIUM, Profile.L1, "5.7", "4.1.2", """
                        SSH server installed
                        A container is entered with the engine; a server of its own is one more way in, with keys that
                        nobody rotates. Remedy: Remove the package.
                        """)),
                FileRules.found(info("FS-028", Severity.HIGH, Profile.STRICT, "5.7", "4.1.2", """
                        sshd lets root or accounts without a password log in
                        Guessing one password, or none, gives an attacker the container. Remedy: Set PermitRootLogin and
                        PermitEmptyPasswords to no, or remove sshd.
                        """)),
                FileRules.listed(info("FS-038", Severity.INFO, Profile.STRICT, "4.3", "4.1.2", """
                        Package manager in the final image
                        An attacker in the container can install tools with it. Remedy: Build in several stages, and start
                        the last one from a distroless image.
                        """)),
                FileRules.listed(info("FS-039", Severity.LOW, Profile.STRICT, "4.3", "4.1.2", """
                        Compiler or build tool in the final image
                        An attacker in the container can build programs for that very system. Remedy: Build in several
                        stages.
                        """)),
                FileRules.listed(info("FS-040", Severity.LOW, Profile.STRICT, "4.3", "4.1.2", """
                        Network or attack tool in the final image
                        An attacker in the container can load programs and explore the network with it. Remedy: Remove the
                        package.
                        """)),
                FileRules.listed(info("FS-041", Severity.INFO, Profile.STRICT, "4.3", "4.1.2", """
                        Shell in the final image
                        Most attacks on a program end in a shell. An image that calls itself minimal or distroless should
                        have none. Remedy: Start the last stage from a distroless image.
                        """)
                        .highest(Severity.MEDIUM)),
                FileRules.listed(info("FS-049", Severity.INFO, Profile.STRICT, "4.3", "4.1.2", """
                        Cron or init scripts
                        No cron or init runs in most containers, so jobs silently do not run; where one runs, the container
                        has more than one task. Remedy: Remove the scripts, and run jobs as containers of their own.
                        """)),
                FileRules.listed(info("FS-051", Severity.HIGH, Profile.L1, "4.11", "4.1.5", """
                        Package repository without signature checks
                        An attacker who controls the network or the server chooses what is installed, as root. Remedy: Enable the
                        check of signatures.
                        """)),
                FileRules.listed(info("FS-052", Severity.INFO, Profile.STRICT, "4.11", "4.1.5", """
                        Package repository over plain HTTP
                        Packages are signed, but everyone on the way sees which are installed, and can withhold updates.
                        Remedy: Use https.
                        """)),
                FileRules.listed(info("FS-054", Severity.MEDIUM, Profile.STRICT, "5.32", "4.1.2", """
                        Engine client or socket baked in
                        With a client, a mounted socket or a stolen token is all that is needed to control the engine.
                        Remedy: Remove the program.
                        """)),
                FileRules.found(info("FS-055", Severity.HIGH, Profile.STRICT, "", "4.1.3", """
                        Linker preload configured
                        The library is loaded into every program that is started, also into set-user-ID programs: a common
                        way to hide in a system. Remedy: Remove etc/ld.so.preload.
                        """)));
    }
}
