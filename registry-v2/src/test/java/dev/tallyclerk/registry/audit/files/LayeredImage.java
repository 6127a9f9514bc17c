package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.image.BlobContent;
import dev.tallyclerk.registry.image.BuiltImage;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerifier;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** An image of a few layers, built for a test and audited by the rules on files. */
final class LayeredImage {
    private static final Instant NOW = Instant.parse("2026-11-24T00:00:00Z");

    private final List<byte[]> layers = new ArrayList<>();
    private Consumer<ImageConfig.Builder> config = builder -> {};

    static LayeredImage of(TestTar... layers) {
        LayeredImage image = new LayeredImage();
        for (TestTar layer : layers) {
            image.layers.add(layer.finish());
        }
        return image;
    }

    LayeredImage config(Consumer<ImageConfig.Builder> config) {
        this.config = config;
        return this;
    }

    ImageSource source() {
        ImageConfig.Builder builder = ImageConfig.builder(Platform.of("linux", "amd64"));
        layers.forEach(layer -> builder.layer(Digest.sha256Of(layer)));
        config.accept(builder);
        ImageConfig built = builder.build();
        Map<Digest, BlobContent> contents = new HashMap<>();
        contents.put(built.digest(), BlobContent.of(built.bytes()));
        ImageManifest.Builder manifest = ImageManifest.builder(built.descriptor());
        for (byte[] layer : layers) {
            manifest.layer(Descriptor.ofContent(MediaType.OCI_LAYER, layer));
            contents.put(Digest.sha256Of(layer), BlobContent.of(layer));
        }
        return BuiltImage.of("the test", manifest.build(), contents);
    }

    FileSystemSubject subject(FileSystemAnalyzer analyzer) throws IOException {
        ImageVerification image = ImageVerifier.create().withAnalyzer(analyzer).verify(source());
        return FileSystemSubject.of(image, analyzer);
    }

    AuditReport audit(Policy policy) throws IOException {
        return Auditor.of(policy, FileSystemRules.ruleSet())
                .withClock(Clock.fixed(NOW, ZoneOffset.UTC))
                .audit(List.of(subject(FileSystemAnalyzer.create())));
    }

    AuditReport audit() throws IOException {
        return audit(Policy.defaults().withProfile(Profile.STRICT));
    }

    /** {@return layer and path of what a rule reports, for example {@code 0 etc/shadow}} */
    Set<String> found(String rule) throws IOException {
        Set<String> found = new TreeSet<>();
        for (Finding finding : audit().findings(Outcome.Kind.FAIL)) {
            if (finding.rule().id().equals(new RuleId(rule))) {
                Location at = finding.problem().orElseThrow().at();
                found.add(at instanceof Location.LayerEntry entry ? entry.layer() + " " + entry.path() : at.toString());
            }
        }
        return found;
    }

    /** {@return the kind of a rule's outcome} */
    Outcome.Kind kind(String rule) throws IOException {
        return audit().findings().stream()
                .filter(finding -> finding.rule().id().equals(new RuleId(rule)))
                .map(Finding::kind)
                .findFirst()
                .orElseThrow();
    }
}
