package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.inventory.Inventory;
import dev.tallyclerk.registry.inventory.InventoryAnalyzer;
import dev.tallyclerk.registry.sbom.Sbom;
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

/** Verified images and bills of materials, whose packages are matched with one reading of a database. */
final class VulnerableImages {
    private final InventoryAnalyzer packages;
    private final List<Source> sources = new ArrayList<>();

    /** A list of packages that is matched. */
    private interface Source {
        /** {@return the packages; empty if they could not be read} */
        Optional<Inventory> inventory();

        /** {@return the digests by which statements may name the image} */
        Set<Digest> digests();

        Matched matched(VulnerabilityReport report);
    }

    /** An image of a source, which some engine runs. */
    private record Image(String name, ImageVerification verification, Digest resolved, Optional<Inventory> inventory)
            implements Source {
        @Override
        public Set<Digest> digests() {
            Set<Digest> digests = new LinkedHashSet<>(Set.of(resolved));
            verification.manifestDigest().ifPresent(digests::add);
            return digests;
        }

        @Override
        public Matched matched(VulnerabilityReport report) {
            VulnerabilitySubject subject = VulnerabilitySubject.of(verification.source(), report);
            return new Matched(
                    name,
                    verification.manifestDigest(),
                    Optional.empty(),
                    verification
                            .manifest()
                            .map(manifest -> subject.withDigest(manifest.digest()))
                            .orElse(subject));
        }
    }

    /** A bill of materials. */
    private record Document(String name, Sbom sbom) implements Source {
        @Override
        public Optional<Inventory> inventory() {
            return Optional.of(sbom.inventory());
        }

        @Override
        public Set<Digest> digests() {
            return Set.copyOf(sbom.subjects());
        }

        @Override
        public Matched matched(VulnerabilityReport report) {
            return new Matched(name, Optional.empty(), Optional.of(sbom), VulnerabilitySubject.ofClaims(name, report));
        }
    }

    /**
     * An image or a bill of materials, with its vulnerabilities.
     *
     * @param source the source as it was given
     * @param manifest the digest of the image's manifest; empty for a bill of materials
     * @param claims the bill of materials; empty for an image
     */
    record Matched(String source, Optional<Digest> manifest, Optional<Sbom> claims, VulnerabilitySubject subject) {
        VulnerabilityReport report() {
            return subject.report();
        }

        /** {@return this one with the matches that have a fix only} */
        Matched onlyFixed() {
            return new Matched(
                    source, manifest, claims, subject.where(match -> match.fix().isAvailable()));
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
        sources.add(new Image(source, verification, resolved, verification.result(packages)));
        verification.others().forEach(other -> sources.add(new Image(source, other, resolved, other.result(packages))));
    }

    /** Adds a bill of materials. */
    void add(String source, Sbom sbom) {
        sources.add(new Document(source, sbom));
    }

    /** {@return all with their vulnerabilities, in the order in which they were added} */
    List<Matched> match(Optional<VulnerabilityDatabase> database, List<VexDocument> vex) throws IOException {
        List<Inventory> known =
                sources.stream().flatMap(source -> source.inventory().stream()).toList();
        List<VulnerabilityReport> reports =
                database.isPresent() && !known.isEmpty() ? database.get().matchAll(known) : List.of();
        List<Matched> matched = new ArrayList<>();
        int next = 0;
        for (Source source : sources) {
            VulnerabilityReport report;
            if (database.isEmpty()) {
                report = VulnerabilityReport.unknown("no database was given; give --database DIR");
            } else if (source.inventory().isEmpty()) {
                report = VulnerabilityReport.unknown("the packages of the image could not be read");
            } else {
                report = reports.get(next++);
            }
            matched.add(source.matched(report.withVex(vex, VexProduct.ofImage(source.digests()))));
        }
        return matched;
    }
}
