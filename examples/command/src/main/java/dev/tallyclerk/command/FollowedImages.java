package dev.tallyclerk.command;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.compose.ComposeService;
import dev.tallyclerk.hardening.dockerfile.DockerfileSubject;
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

/** The option for images that audited files name. */
final class FollowedImages {
    private static final int MAX_IMAGES = 1000;
    private static final String NAME = "{image}";

    @Option(
            names = "--follow-images",
            paramLabel = "TEMPLATE",
            description =
                    "Also verify and audit the images that Kubernetes manifests, services of Compose files, and FROM and"
                            + " COPY --from of Dockerfiles name: a SOURCE with {image} for the whole name, such as"
                            + " docker://{image}, or docker://mirror.example.com/{image}.")
    private @Nullable String template;

    private final Set<String> unknown = new LinkedHashSet<>();

    boolean isGiven() {
        return template != null;
    }

    /** Refuses a template without the name, which would stand for one image whatever the files say. */
    void check(CommandSpec spec) {
        String source = template;
        if (source != null && !source.contains(NAME)) {
            throw Usage.error(
                    spec, "--follow-images needs " + NAME + " for the name of an image, such as docker://" + NAME);
        }
    }

    /**
     * {@return the sources of the images that files name, each once, in order}
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
            for (Fact<String> image : images(subject)) {
                if (image instanceof Fact.Known<String> known) {
                    // Parsed, so that a name cannot lead to another place than the template says.
                    sources.add(source.replace(NAME, name(known)));
                } else if (image instanceof Fact.Missing<String> missing) {
                    unknown.add(missing.at().map(at -> at + ": ").orElse("") + missing.what());
                }
            }
        }
        if (sources.size() > MAX_IMAGES) {
            throw new IOException(
                    "the files name " + sources.size() + " images, and --follow-images takes " + MAX_IMAGES);
        }
        return new ArrayList<>(sources);
    }

    /** {@return why images that files name could not be followed, each reason once; after {@link #sources}} */
    List<String> unknown() {
        return List.copyOf(unknown);
    }

    private static List<? extends Fact<String>> images(Subject subject) {
        if (subject instanceof KubernetesWorkload workload) {
            return workload.images();
        }
        if (subject instanceof DockerfileSubject dockerfile) {
            return dockerfile.images();
        }
        // What is built has no source yet: its Dockerfile is followed.
        return subject instanceof ComposeService service && !service.isBuilt() ? List.of(service.image()) : List.of();
    }

    private static String name(Fact.Known<String> image) throws IOException {
        try {
            return Reference.parseDockerRef(image.value()).toString();
        } catch (MalformedReferenceException e) {
            throw new IOException(image.at() + ": " + Messages.of(e), e);
        }
    }
}
