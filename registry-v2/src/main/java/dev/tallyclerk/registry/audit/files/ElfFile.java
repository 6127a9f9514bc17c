package dev.tallyclerk.registry.audit.files;

import java.util.List;

/**
 * How an ELF program or library is protected against attacks on its memory.
 *
 * @param relro how much of its relocations is read-only once it runs
 * @param isPositionIndependent whether it can be loaded at a random address; also true for libraries
 * @param hasExecutableStack whether its stack is executable
 * @param canary whether it checks its stack for overflows
 * @param libraryPaths RPATH and RUNPATH, as written
 * @param problem what of the file was not read; empty if all was
 */
record ElfFile(
        Relro relro,
        boolean isPositionIndependent,
        boolean hasExecutableStack,
        Canary canary,
        List<String> libraryPaths,
        String problem) {
    /** How much of the relocations is read-only. */
    enum Relro {
        /** Nothing. */
        NONE,
        /** All but the table of functions that are found when they are first called. */
        PARTIAL,
        /** All. */
        FULL
    }

    /** Whether functions check their stack. */
    enum Canary {
        /** At least one does. */
        YES,
        /** None does. */
        NO,
        /** Static programs do not say. */
        UNKNOWN,
        /** The compiler, of Rust, checks the bounds of arrays instead; the program is linked as one in C. */
        CHECKED_BOUNDS,
        /** The program is of Go, which has neither such functions nor pointers that an overflow could change. */
        NOT_APPLICABLE
    }

    ElfFile {
        libraryPaths = List.copyOf(libraryPaths);
    }

    /** {@return whether no rule says anything about it} */
    boolean isHardened() {
        return relro == Relro.FULL
                && isPositionIndependent
                && !hasExecutableStack
                && (canary == Canary.YES || canary == Canary.CHECKED_BOUNDS || canary == Canary.NOT_APPLICABLE)
                && libraryPaths.isEmpty()
                && problem.isEmpty();
    }
}
