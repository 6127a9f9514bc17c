package dev.tallyclerk.registry.audit.files;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The facts about the files of an image that {@link FileSystemAnalyzer} collects. Immutable, and small: contents and
 * merged files are not kept.
 */
public final class FileSystemFacts {
    private final Findings findings;
    private final @Nullable Distribution distribution;
    private final double waste;
    private final String unmerged;
    private final List<String> steps;
    private final List<String> unexamined;
    private final Set<String> checked;

    FileSystemFacts(
            Findings findings,
            @Nullable Distribution distribution,
            double waste,
            String unmerged,
            List<String> steps,
            List<String> unexamined,
            Set<String> checked) {
        this.findings = findings;
        this.distribution = distribution;
        this.waste = waste;
        this.unmerged = unmerged;
        this.steps = List.copyOf(steps);
        this.unexamined = List.copyOf(unexamined);
        this.checked = Set.copyOf(checked);
    }

    Findings.Found found(String rule) {
        return findings.found(rule);
    }

    /** {@return the distribution that the image names, or null} */
    @Nullable Distribution distribution() {
        return distribution;
    }

    /** {@return the share of the bytes in layers that are not in the merged files, or -1 if it is not known} */
    double waste() {
        return waste;
    }

    /** {@return why the merged files are not known; empty if they are} */
    String unmerged() {
        return unmerged;
    }

    /** {@return what made a layer, for people; empty if it is not known} */
    String step(int layer) {
        return layer < steps.size() ? steps.get(layer) : "";
    }

    /** {@return whether an embedder's check of a rule looked at the files} */
    boolean isChecked(String rule) {
        return checked.contains(rule);
    }

    /** {@return the parts of the image that were not looked at, one line each, with path and layer} */
    public List<String> unexamined() {
        return unexamined;
    }
}
