package dev.tallyclerk.hardening.kubernetes;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.document.DocumentValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a pod, or the template of one, says besides its containers: its specification, and its own metadata. */
final class PodSettings {
    static final String APP_ARMOR_ANNOTATION = "container.apparmor.security.beta.kubernetes.io/";

    private final DocumentValue spec;
    private final KubernetesVersion version;
    private final boolean isJob;
    private final Map<String, DocumentValue> annotations;
    private final List<DocumentValue> hostPathVolumes;
    private final Map<String, DocumentValue> hostPathsByName = new HashMap<>();
    private final @Nullable Location badAppArmor;

    PodSettings(DocumentValue spec, @Nullable DocumentValue metadata, KubernetesVersion version, boolean isJob) {
        this.spec = spec;
        this.version = version;
        this.isJob = isJob;
        // Once for the pod: each container asks, and there may be many of all of them.
        this.annotations = metadata == null
                ? Map.of()
                : metadata.members("annotations").fold((all, at) -> all, Fact.Defaulted::value, missing -> Map.of());
        this.hostPathVolumes = Values.elements(spec, "volumes").stream()
                .filter(volume -> Values.has(volume, "hostPath"))
                .toList();
        hostPathVolumes.forEach(volume -> hostPathsByName.putIfAbsent(Values.text(volume, "name"), volume));
        this.badAppArmor = annotations.entrySet().stream()
                .filter(entry ->
                        entry.getKey().startsWith(APP_ARMOR_ANNOTATION) && !isAppArmorAnnotation(entry.getValue()))
                .map(entry -> (Location) entry.getValue().location())
                .findFirst()
                .orElse(null);
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
        return annotations;
    }

    /** {@return where an annotation of AppArmor names no profile} */
    Optional<Location> badAppArmor() {
        return Optional.ofNullable(badAppArmor);
    }

    static boolean isAppArmorAnnotation(DocumentValue annotation) {
        String profile = Values.text(annotation);
        boolean isText = annotation.type() == DocumentValue.Type.TEXT || annotation.type() == DocumentValue.Type.NULL;
        return isText && (profile.isEmpty() || profile.equals("runtime/default") || profile.startsWith("localhost/"));
    }

    /** {@return the volumes that are a folder of the node} */
    List<DocumentValue> hostPathVolumes() {
        return hostPathVolumes;
    }

    Optional<DocumentValue> hostPathVolume(String name) {
        return Optional.ofNullable(hostPathsByName.get(name));
    }
}
