package dev.tallyclerk.command;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.kubernetes.KubernetesWorkload;
import dev.tallyclerk.reference.MalformedReferenceException;
import dev.tallyclerk.reference.Reference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The option for images that audited manifests name. */
final class FollowedImages {
    private static final int MAX_IMAGES = 1000;
    private static final String NAME = "{image}";

    @Option(
            names = "--follow-images",
            paramLabel = "TEMPLATE",
            description =
                    "Also verify and audit the images that Kubernetes manifests name: a SOURCE with {image} for the"
                            + " whole name, such as docker://{image}, or docker://mirror.example.com/{image}.")
    private @Nullable String template;

    boolean isGiven() {
        return template != null;
    }

    /** Refuses a template without the name, which would stand for one image whatever the manifests say. */
    void check(CommandSpec spec) {
        String source = template;
        if (source != null && !source.contains(NAME)) {
            throw Usage.error(
                    spec, "--follow-images needs " + NAME + " for the name of an image, such as docker://" + NAME);
        }
    }

    /**
     * {@return the sources of the images that workloads name, each once, in order}
     *
     * @throws IOException if a name is none, so that nobody can say which image runs; or if there are too many
     */
    List<String> sources(List<? extends Subject> subjects) throws IOException {
        String source = template;
        if (source == null) {
            return List.of();
        }
        Set<String> sources = new LinkedHashSet<>();
        for (Subject subject : subjects) {
            if (subject instanceof KubernetesWorkload workload) {
                for (Fact.Known<String> image : workload.images()) {
                    // Parsed, so that a name cannot lead to another place than the template says.
                    sources.add(source.replace(NAME, name(image)));
                }
            }
        }
        if (sources.size() > MAX_IMAGES) {
            throw new IOException(
                    "the manifests name " + sources.size() + " images, and --follow-images takes " + MAX_IMAGES);
        }
        return new ArrayList<>(sources);
    }

    private static String name(Fact.Known<String> image) throws IOException {
        try {
            return Reference.parseDockerRef(image.value()).toString();
        } catch (MalformedReferenceException e) {
            throw new IOException(image.at() + ": " + Messages.of(e), e);
        }
    }
}
