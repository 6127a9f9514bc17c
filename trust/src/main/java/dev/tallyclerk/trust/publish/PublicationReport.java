package dev.tallyclerk.trust.publish;

import java.util.List;

/**
 * What a publication has written or, in a dry run, would write.
 *
 * @param changes in words, a line for each difference between what was published and what is, in all metadata
 * @param files the names of the files, in the order in which they appear; empty if everything was published already
 */
public record PublicationReport(List<String> changes, List<String> files) {
    /** Keeps copies of the lists. */
    public PublicationReport {
        changes = List.copyOf(changes);
        files = List.copyOf(files);
    }
}
