package dev.tallyclerk.registry.audit.files;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import java.util.List;

/** Rules on how programs and libraries are protected against attacks on their memory. */
final class ElfRules {
    private ElfRules() {}

    static List<Rule<FileSystemSubject>> all() {
        return List.of(
                FileRules.listed(info("FS-057", Severity.MEDIUM, Profile.STRICT, "", "4.1.2", """
                        Program with an executable stack
                        An overflow of a buffer on the stack can bring code and run it. Remedy: Link with -z noexecstack,
                        and add the note to files in assembler.
                        """)),
                FileRules.listed(info("FS-058", Severity.LOW, Profile.STRICT, "", "4.1.2", """
                        Program whose relocations stay writable
                        An attacker who can write to memory can redirect the calls of library functions. Remedy: Link with
                        -z relro -z now.
                        """)),
                FileRules.listed(info("FS-059", Severity.LOW, Profile.STRICT, "", "4.1.2", """
                        Program at a fixed address
                        The addresses of its code are the same in each run, and known to an attacker. Remedy: Compile with
                        -fPIE and link with -pie.
                        """)),
                FileRules.listed(info("FS-060", Severity.INFO, Profile.STRICT, "", "4.1.2", """
                        Program without checks of its stack
                        Overflows of buffers on the stack are not noticed. Unknown for static programs. Remedy: Compile with
                        -fstack-protector-strong.
                        """)),
                FileRules.listed(info("FS-061", Severity.HIGH, Profile.L1, "", "4.1.2", """
                        Program that takes libraries from an unsafe path
                        Other users can put a library there, and the program runs it with its own rights. The path may be
                        that of the program, of ld.so.conf or of LD_LIBRARY_PATH. Remedy: Link without -rpath, and name only
                        directories that root alone can write.
                        """)));
    }
}
