package dev.tallyclerk.hardening.kubernetes;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.document.DocumentValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a pod, or the template of one, says besides its containers: its specification, and its own metadata. */
final class PodSettings {
    private final DocumentValue spec;
    private final @Nullable DocumentValue metadata;
    private final KubernetesVersion version;
    private final boolean isJob;

    PodSettings(DocumentValue spec, @Nullable DocumentValue metadata, KubernetesVersion version, boolean isJob) {
        this.spec = spec;
        this.metadata = metadata;
        this.version = version;
        this.isJob = isJob;
    }

    DocumentValue spec() {
        return spec;
    }

    KubernetesVersion version() {
        return version;
    }

    boolean isJob() {
        return isJob;
    }

    boolean isWindows() {
        return Values.text(spec, "os", "name").equals("windows");
    }

    Fact<Boolean> flag(boolean otherwise, String... path) {
        return Values.orDefault(spec.bool(path), otherwise);
    }

    /** {@return whether root in the pod is root on the node} */
    Fact<Boolean> hostUsers() {
        return flag(true, "hostUsers");
    }

    boolean hasOwnUsers() {
        return hostUsers() instanceof Fact.Known<Boolean> known && !known.value();
    }

    boolean isInHostNetwork() {
        return flag(false, "hostNetwork") instanceof Fact.Known<Boolean> known && known.value();
    }

    /** {@return the annotations of the pod, which for a template are the template's} */
    Map<String, DocumentValue> annotations() {
        return metadata == null
                ? Map.of()
                : metadata.members("annotations").fold((all, at) -> all, Fact.Defaulted::value, missing -> Map.of());
    }

    /** {@return the volumes that are a folder of the node, by name} */
    List<DocumentValue> hostPathVolumes() {
        return Values.elements(spec, "volumes").stream()
                .filter(volume -> Values.has(volume, "hostPath"))
                .toList();
    }

    Optional<DocumentValue> hostPathVolume(String name) {
        return hostPathVolumes().stream()
                .filter(volume -> Values.text(volume, "name").equals(name))
                .findFirst();
    }
}
