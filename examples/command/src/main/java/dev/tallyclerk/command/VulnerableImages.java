package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.inventory.Inventory;
import dev.tallyclerk.registry.inventory.InventoryAnalyzer;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.vulnerability.VexDocument;
import dev.tallyclerk.registry.vulnerability.VexProduct;
import dev.tallyclerk.registry.vulnerability.VulnerabilityDatabase;
import dev.tallyclerk.registry.vulnerability.VulnerabilityReport;
import dev.tallyclerk.registry.vulnerability.VulnerabilitySubject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Verified images, whose packages are matched with one reading of a database. */
final class VulnerableImages {
    private final InventoryAnalyzer packages;
    private final List<Image> images = new ArrayList<>();

    /** An image of a source, which some engine runs. */
    private record Image(String source, ImageVerification verification, Digest resolved) {}

    /**
     * An image with its vulnerabilities.
     *
     * @param source the source as it was given
     */
    record Matched(String source, ImageVerification image, VulnerabilityReport report) {
        VulnerabilitySubject subject() {
            VulnerabilitySubject subject = VulnerabilitySubject.of(image.source(), report);
            return image.manifest()
                    .map(manifest -> subject.withDigest(manifest.digest()))
                    .orElse(subject);
        }
    }

    /**
     * Creates an empty list.
     *
     * @param packages the analyzer that the images were verified with
     */
    VulnerableImages(InventoryAnalyzer packages) {
        this.packages = packages;
    }

    /** Adds an image, and the others that some engine takes from its index. */
    void add(String source, ImageVerification verification) {
        Digest resolved = verification.resolved().digest();
        images.add(new Image(source, verification, resolved));
        verification.others().forEach(other -> images.add(new Image(source, other, resolved)));
    }

    /** {@return the images with their vulnerabilities, in the order in which they were added} */
    List<Matched> match(Optional<VulnerabilityDatabase> database, List<VexDocument> vex) throws IOException {
        List<Inventory> known = images.stream()
                .flatMap(image -> image.verification().result(packages).stream())
                .toList();
        List<VulnerabilityReport> reports =
                database.isPresent() && !known.isEmpty() ? database.get().matchAll(known) : List.of();
        List<Matched> matched = new ArrayList<>();
        int next = 0;
        for (Image image : images) {
            ImageVerification verification = image.verification();
            VulnerabilityReport report;
            if (database.isEmpty()) {
                report = VulnerabilityReport.unknown("no database was given; give --database DIR");
            } else if (verification.result(packages).isEmpty()) {
                report = VulnerabilityReport.unknown("the packages of the image could not be read");
            } else {
                report = reports.get(next++);
            }
            Set<Digest> digests = new LinkedHashSet<>(Set.of(image.resolved()));
            verification.manifestDigest().ifPresent(digests::add);
            matched.add(new Matched(image.source(), verification, report.withVex(vex, VexProduct.ofImage(digests))));
        }
        return matched;
    }
}
