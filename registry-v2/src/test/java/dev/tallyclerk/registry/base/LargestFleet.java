package dev.tallyclerk.registry.base;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.HistoryEntry;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.model.Platform;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Plans fleets at the default limits: all layers different, and a chain as long as the fleet. */
public final class LargestFleet {
    private LargestFleet() {}

    public static void main(String[] args) throws Exception {
        FleetLimits limits = FleetLimits.defaults();
        wide(limits.maxImages(), limits.maxLayers() / limits.maxImages());
        System.gc();
        deep(440);
        System.out.println("done");
    }

    private static Digest layer(int number) {
        return Digest.sha256Of(Integer.toString(number).getBytes(StandardCharsets.US_ASCII));
    }

    private static FleetImage image(String name, List<Digest> layers, String baseDigest) {
        ImageConfig.Builder config = ImageConfig.builder(Platform.of("linux", "amd64"));
        ImageManifest.Builder manifest;
        for (Digest layer : layers) {
            config.layer(layer).history(HistoryEntry.of("RUN " + layer));
        }
        for (int i = layers.size(); i < 128; i++) {
            config.history(HistoryEntry.of("ENV").withEmptyLayer(true));
        }
        ImageConfig built = config.build();
        manifest = ImageManifest.builder(built.descriptor());
        layers.forEach(layer -> manifest.layer(Descriptor.of(MediaType.OCI_LAYER, layer, 1)));
        if (!baseDigest.isEmpty()) {
            manifest.annotation(BaseAnnotation.NAME, "base").annotation(BaseAnnotation.DIGEST, baseDigest);
        }
        return FleetImage.of(name, manifest.build(), built);
    }

    /** Every image has a stale base below layers that no other image has, and 300 problems. */
    private static void wide(int images, int layers) throws Exception {
        Fleet.Builder fleet = Fleet.builder();
        FleetImage old = image("old", List.of(layer(-1)), "");
        Reference name = Reference.parseNormalized("base");
        fleet.former(name, old).current(name, image("now", List.of(layer(-2)), ""));
        for (int i = 0; i < images - 2; i++) {
            List<Digest> stack = new ArrayList<>(List.of(layer(-1)));
            for (int j = 1; j < layers; j++) {
                stack.add(layer(i * layers + j));
            }
            fleet.image(image("image-" + i, stack, old.digest().toString()));
        }
        RebuildPlan plan = RebuildPlan.of(fleet.build(), image -> {
            List<KnownProblem> problems = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                problems.add(new KnownProblem("CVE-" + i, Severity.HIGH, "package-" + i, 0));
            }
            return Optional.of(problems);
        });
        if (plan.groups().get(0).size() != images - 2) {
            throw new IllegalStateException(plan.toString());
        }
    }

    /** Each image stands on the one before. */
    private static void deep(int images) throws Exception {
        Fleet.Builder fleet = Fleet.builder();
        Reference name = Reference.parseNormalized("base");
        FleetImage old = image("old", List.of(layer(-1)), "");
        fleet.former(name, old).current(name, image("now", List.of(layer(-2)), ""));
        List<Digest> stack = new ArrayList<>(List.of(layer(-1)));
        for (int i = 0; i < images; i++) {
            stack.add(layer(i));
            fleet.image(image("image-" + i, stack, ""));
        }
        RebuildPlan plan = RebuildPlan.of(fleet.build());
        if (plan.groups().size() != images) {
            throw new IllegalStateException(plan.toString());
        }
    }
}
