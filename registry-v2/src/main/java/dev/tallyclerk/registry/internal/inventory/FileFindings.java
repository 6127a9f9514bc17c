package dev.tallyclerk.registry.internal.inventory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What one file says: packages, who owns which files, names of the distribution, and what is in doubt. */
public final class FileFindings {
    private static final int MAX_DOUBTS = 20;
    private static final int MAX_NOTES = 4096;

    private final ReadLimits limits;
    private final MemoryBudget budget;
    private final OwnedPaths owned;
    private final FileDigests digests;
    private final List<FoundPackage> packages = new ArrayList<>();
    private final List<Doubt> doubts = new ArrayList<>();
    private final Map<String, String> notes = new LinkedHashMap<>();

    /** Creates empty findings, which take memory from the budget. */
    public FileFindings(ReadLimits limits, MemoryBudget budget) {
        this(limits, budget, false);
    }

    private FileFindings(ReadLimits limits, MemoryBudget budget, boolean wantsDigests) {
        this.limits = limits;
        this.budget = budget;
        this.owned = new OwnedPaths(budget);
        this.digests = new FileDigests(budget, wantsDigests);
    }

    /** {@return empty findings that keep the checksums of files too} */
    public static FileFindings withDigests(ReadLimits limits, MemoryBudget budget) {
        return new FileFindings(limits, budget, true);
    }

    public ReadLimits limits() {
        return limits;
    }

    public MemoryBudget budget() {
        return budget;
    }

    public void add(FoundPackage found) throws UnreadableException {
        budget.take(found.memoryBytes());
        packages.add(found);
    }

    /** Replaces what was found, by as many packages that need no more memory. */
    public void replace(List<FoundPackage> others) {
        packages.clear();
        packages.addAll(others);
    }

    public void doubt(Doubt doubt) {
        // The first ones say it; a file with a million errors must not fill the memory.
        if (doubts.size() < MAX_DOUBTS && !doubts.contains(doubt)) {
            doubts.add(doubt);
        }
    }

    public void malformed(String detail) {
        doubt(new Doubt(Doubt.Reason.MALFORMED, detail));
    }

    public void unsupported(String detail) {
        doubt(new Doubt(Doubt.Reason.UNSUPPORTED, detail));
    }

    /** Keeps a short text under a name: a field of os-release, or the real path of a diverted file. */
    public void note(String name, String text) throws UnreadableException {
        if (notes.size() < MAX_NOTES) {
            budget.take(100L + 2L * (name.length() + text.length()));
            notes.put(name, text);
        }
    }

    public OwnedPaths owned() {
        return owned;
    }

    public FileDigests digests() {
        return digests;
    }

    public List<FoundPackage> packages() {
        return packages;
    }

    public List<Doubt> doubts() {
        return doubts;
    }

    public Map<String, String> notes() {
        return notes;
    }
}
