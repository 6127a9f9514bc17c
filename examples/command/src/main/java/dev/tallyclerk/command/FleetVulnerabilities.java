package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.registry.base.FleetImage;
import dev.tallyclerk.registry.base.KnownProblem;
import dev.tallyclerk.registry.base.ProblemSource;
import dev.tallyclerk.registry.base.Rebuild;
import dev.tallyclerk.registry.base.RebuildPlan;
import dev.tallyclerk.registry.inventory.InstalledPackage;
import dev.tallyclerk.registry.inventory.Inventory;
import dev.tallyclerk.registry.vulnerability.VexDocument;
import dev.tallyclerk.registry.vulnerability.VexProduct;
import dev.tallyclerk.registry.vulnerability.VulnerabilityDatabase;
import dev.tallyclerk.registry.vulnerability.VulnerabilityGap;
import dev.tallyclerk.registry.vulnerability.VulnerabilityMatch;
import dev.tallyclerk.registry.vulnerability.VulnerabilityReport;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The known vulnerabilities of the images of a plan. Images with the same manifest are matched once. */
final class FleetVulnerabilities implements ProblemSource {
    /** The packages of that many images are in memory at a time, for one reading of the database. */
    private static final int BATCH = 64;

    private final FleetSources images;
    private final VulnerabilityDatabase database;
    private final List<VexDocument> statements;
    private final Map<Digest, List<KnownProblem>> known = new HashMap<>();
    private final Map<String, String> gaps = new TreeMap<>();
    private @Nullable Instant dataTime;

    FleetVulnerabilities(FleetSources images, VulnerabilityDatabase database, List<VexDocument> statements) {
        this.images = images;
        this.database = database;
        this.statements = List.copyOf(statements);
    }

    /** Matches the images that a plan rebuilds or builds on. */
    void match(RebuildPlan plan) throws IOException {
        Map<Digest, FleetImage> wanted = new LinkedHashMap<>();
        Set<Digest> targets = new LinkedHashSet<>();
        for (List<Rebuild> group : plan.groups()) {
            for (Rebuild rebuild : group) {
                wanted.putIfAbsent(rebuild.image().digest(), rebuild.image());
                rebuild.base().onto().ifPresent(onto -> {
                    wanted.putIfAbsent(onto.digest(), onto);
                    targets.add(onto.digest());
                });
            }
        }
        List<FleetImage> all = new ArrayList<>(wanted.values());
        for (int i = 0; i < all.size(); i += BATCH) {
            match(all.subList(i, Math.min(all.size(), i + BATCH)), targets);
        }
    }

    private void match(List<FleetImage> batch, Set<Digest> targets) throws IOException {
        List<FleetImage> read = new ArrayList<>();
        List<Inventory> inventories = new ArrayList<>();
        for (FleetImage image : batch) {
            Inventory inventory = images.readLayers(image).orElse(null);
            if (inventory != null && inventory.packages().isEmpty()) {
                gaps.put(image.name(), "no packages were found in it, so nothing could be compared");
            } else if (inventory != null && image.isClaimed() && !statesLayers(image, inventory)) {
                gaps.put(image.name(), "the bill of materials does not state the layers of all its packages");
            } else if (inventory != null) {
                read.add(image);
                inventories.add(inventory);
            }
        }
        if (inventories.isEmpty()) {
            return;
        }
        List<VulnerabilityReport> reports = database.matchAll(inventories);
        for (int i = 0; i < read.size(); i++) {
            FleetImage image = read.get(i);
            VulnerabilityReport report = reports.get(i).withVex(statements, VexProduct.ofImage(Set.of(image.digest())));
            note(image, report, targets.contains(image.digest()));
        }
    }

    /** {@return whether a document states a layer of the image for each package, which tells the base's from others} */
    private static boolean statesLayers(FleetImage image, Inventory inventory) {
        List<Digest> layers = image.diffIds();
        return inventory.packages().stream()
                .map(InstalledPackage::layer)
                .allMatch(layer -> layer.index() < layers.size()
                        && layers.get(layer.index()).equals(layer.diffId()));
    }

    /**
     * Notes the vulnerabilities of an image. With a gap in those of a base, its upgrade would seem to remove what it
     * only hides; a gap in those of another image only hides more that the upgrade may remove.
     */
    private void note(FleetImage image, VulnerabilityReport report, boolean isTarget) {
        report.dataTime().ifPresent(time -> dataTime = time);
        Optional<VulnerabilityGap> gap = report.gaps().stream()
                .filter(each -> isTarget
                        || each.reason() == VulnerabilityGap.Reason.NO_DATABASE
                        || each.reason() == VulnerabilityGap.Reason.INVENTORY_INCOMPLETE)
                .findFirst();
        if (gap.isPresent()) {
            gaps.put(image.name(), gap.get().describe());
            return;
        }
        List<KnownProblem> problems = new ArrayList<>();
        for (VulnerabilityMatch match : report.matches()) {
            if (!match.isSuppressed()) {
                problems.add(new KnownProblem(
                        match.vulnerability().id(),
                        severity(match),
                        match.comparedName(),
                        match.installed().layer().index()));
            }
        }
        known.put(image.digest(), List.copyOf(problems));
    }

    private static Severity severity(VulnerabilityMatch match) {
        return match.vulnerability().isMalicious()
                ? Severity.CRITICAL
                : match.vulnerability().severity().orElse(Severity.HIGH);
    }

    @Override
    public Optional<List<KnownProblem>> of(FleetImage image) {
        return Optional.ofNullable(known.get(image.digest()));
    }

    /** {@return why the vulnerabilities of images are unknown, by the names of the images} */
    Map<String, String> gaps() {
        return gaps;
    }

    /** {@return how old the data is, if that is known} */
    Optional<Instant> dataTime() {
        return Optional.ofNullable(dataTime);
    }
}
