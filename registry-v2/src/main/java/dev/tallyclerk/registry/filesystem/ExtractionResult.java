package dev.tallyclerk.registry.filesystem;

import java.util.List;
import java.util.Objects;

/**
 * The result of an extraction.
 *
 * @param fileSystem the image's files
 * @param files how many files with content were written; paths hard-linked to one file count once
 * @param directories how many directories were written, including the root
 * @param symbolicLinks how many symbolic links were written
 * @param hardLinks how many further paths of hard-linked files were written
 * @param bytes how much content was written, in bytes
 * @param omissions what was not written, in the order of the walk
 */
public record ExtractionResult(
        ImageFileSystem fileSystem,
        int files,
        int directories,
        int symbolicLinks,
        int hardLinks,
        long bytes,
        List<Omission> omissions) {
    public ExtractionResult {
        Objects.requireNonNull(fileSystem, "fileSystem");
        omissions = List.copyOf(omissions);
    }

    /**
     * {@return whether everything was written that options did not leave out}
     *
     * <p>False if devices, named pipes, modes, or attributes of the system such as capabilities are missing.
     */
    public boolean isComplete() {
        return omissions.stream().noneMatch(Omission::isImpossible);
    }
}
