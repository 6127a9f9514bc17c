package dev.tallyclerk.registry.internal.inventory.binary;

import dev.tallyclerk.registry.internal.inventory.ContentSink;
import dev.tallyclerk.registry.internal.inventory.FileFindings;

/** Chooses the reader of a compiled program by its first bytes. */
public final class CompiledProgram {
    /** How many bytes the shortest program has at least. */
    public static final int MIN_BYTES = 64;

    private CompiledProgram() {}

    /** {@return whether the {@value #MIN_BYTES} bytes at a position are the first ones of a program} */
    public static boolean isProgram(byte[] bytes, int offset) {
        return ElfHeader.isElf(bytes, offset) || PeFile.isPe(bytes, offset) || MachFile.isMach(bytes, offset);
    }

    /** {@return the reader of a program that starts with the bytes at a position} */
    public static ContentSink reader(byte[] bytes, int offset, FileFindings into) {
        return ElfHeader.isElf(bytes, offset) ? new ElfProgram(into) : new ForeignProgram(into);
    }
}
