package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.registry.layer.LayerEntry;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one layer has that rules look at.
 *
 * @param contents the files whose content is wanted, by their position in the layer
 * @param always what is wrong with entries whether or not they are in the merged files
 * @param alone what is wrong with entries if they are; used only where there are no merged files
 * @param bytes the size of all files in the layer
 * @param secrets the files with secrets, by their position in the layer
 * @param packages what the databases of package managers in the layer say
 * @param scripts the positions of the files that start with {@code #!}, the first 10,000
 * @param runtimeScripts those of them whose interpreter is one of the kernel's files
 * @param programs the programs that are not protected in all ways, by their position in the layer
 * @param hasMoreSecrets whether the layer has more files with secrets than are kept
 * @param hasMorePrograms whether the layer has more such programs than are kept
 */
record LayerFacts(
        Map<Integer, Kept> contents,
        Findings always,
        Findings alone,
        long bytes,
        Map<Integer, SecretFile> secrets,
        Packages packages,
        Set<Integer> scripts,
        Set<Integer> runtimeScripts,
        Map<Integer, Program> programs,
        boolean hasMoreSecrets,
        boolean hasMorePrograms) {
    /**
     * What the databases of package managers say.
     *
     * @param unchanged the positions of the files with secrets that are as a package brought them
     * @param listed the paths among those that engines run programs from that a package has
     * @param hasLists whether there are lists of files at all
     * @param hasDistribution whether the layer brings a distribution: the name of its release, and a database
     */
    record Packages(Set<Integer> unchanged, Set<String> listed, boolean hasLists, boolean hasDistribution) {
        Packages {
            unchanged = Set.copyOf(unchanged);
            listed = Set.copyOf(listed);
        }
    }

    /** A program that is not protected in all ways. */
    record Program(LayerEntry entry, ElfFile elf) {}

    /** A file whose content is wanted. Immutable. */
    static final class Kept {
        private final LayerEntry entry;
        private final byte @Nullable [] content;
        private final String problem;

        /**
         * Describes a file.
         *
         * @param content the content, not copied, or null if it was not read
         * @param problem why it was not read; empty if it was
         */
        Kept(LayerEntry entry, byte @Nullable [] content, String problem) {
            this.entry = entry;
            this.content = content;
            this.problem = problem;
        }

        LayerEntry entry() {
            return entry;
        }

        byte @Nullable [] content() {
            return content;
        }

        String problem() {
            return problem;
        }
    }
}
