package dev.tallyclerk.registry.filesystem;

import java.util.List;
import java.util.Objects;

/**
 * What an extraction wrote.
 *
 * @param fileSystem the image's files
 * @param files how many files with content were written; paths that hard links made one file count once
 * @param directories how many folders were written, with the root
 * @param symbolicLinks how many symbolic links were written
 * @param hardLinks how many paths of files are further ones
 * @param bytes how much content was written
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
}
