package dev.tallyclerk.hardening.kubernetes;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.document.DocumentValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the objects in the documents of a manifest, and the pods that they are or create. */
final class KubernetesObjects {
    private static final List<String> OF_POD = List.of();
    private static final List<String> OF_TEMPLATE = List.of("spec", "template");
    private static final Set<String> CORE = Set.of("v1");
    private static final Set<String> APPS =
            Set.of("apps/v1", "apps/v1beta1", "apps/v1beta2", "extensions/v1beta1", "apps/v1alpha1");
    private static final Set<String> BATCH =
            Set.of("batch/v1", "batch/v1beta1", "batch/v2alpha1", "extensions/v1beta1");

    private static final Map<String, Template> TEMPLATES = Map.of(
            "Pod", new Template(CORE, OF_POD),
            "PodTemplate", new Template(CORE, List.of("template")),
            "ReplicationController", new Template(CORE, OF_TEMPLATE),
            "Deployment", new Template(APPS, OF_TEMPLATE),
            "StatefulSet", new Template(APPS, OF_TEMPLATE),
            "DaemonSet", new Template(APPS, OF_TEMPLATE),
            "ReplicaSet", new Template(APPS, OF_TEMPLATE),
            "Job", new Template(BATCH, OF_TEMPLATE),
            "CronJob", new Template(BATCH, List.of("spec", "jobTemplate", "spec", "template")));

    private KubernetesObjects() {}

    /** Where a kind of object has its pod, and the versions of the API that have the kind. */
    private record Template(Set<String> versions, List<String> path) {}

    /** An object, and its kind, which the elements of a typed list leave out. */
    record KubernetesObject(DocumentValue value, String kind) {
        String name() {
            String name = Values.text(value, "metadata", "name");
            String generated = Values.text(value, "metadata", "generateName");
            return !name.isBlank() ? name : !generated.isBlank() ? generated : "unnamed";
        }

        String namespace() {
            return Values.text(value, "metadata", "namespace");
        }
    }

    /** {@return the objects in a document: itself, or the elements of a list} */
    static List<KubernetesObject> in(DocumentValue document) {
        List<KubernetesObject> objects = new ArrayList<>();
        add(document, "", objects);
        return objects;
    }

    private static void add(DocumentValue value, String kindOfList, List<KubernetesObject> objects) {
        if (value.type() != DocumentValue.Type.MAPPING) {
            return;
        }
        String stated = Values.text(value, "kind");
        String kind = stated.isEmpty() ? kindOfList : stated;
        Fact<List<DocumentValue>> items = value.elements("items");
        if (kind.endsWith("List") && items instanceof Fact.Known<List<DocumentValue>> known) {
            String ofItems = kind.substring(0, kind.length() - "List".length());
            known.value().forEach(item -> add(item, ofItems, objects));
        } else {
            objects.add(new KubernetesObject(value, kind));
        }
    }

    /** {@return whether an object is or creates pods} */
    static boolean isWorkload(KubernetesObject object) {
        Template template = TEMPLATES.get(object.kind());
        String version = Values.text(object.value(), "apiVersion");
        return template != null && (version.isEmpty() || template.versions().contains(version));
    }

    /** {@return the workload that an object is; empty if it has no pod, as a patch may} */
    static Optional<KubernetesWorkload> workload(KubernetesObject object, KubernetesVersion version) {
        Template template = TEMPLATES.get(object.kind());
        if (template == null
                || !(object.value().value(template.path().toArray(String[]::new))
                        instanceof Fact.Known<DocumentValue> pod)) {
            return Optional.empty();
        }
        if (!(pod.value().value("spec") instanceof Fact.Known<DocumentValue> spec)) {
            return Optional.empty();
        }
        boolean isJob = object.kind().equals("Job") || object.kind().equals("CronJob");
        DocumentValue metadata = pod.value().member("metadata").orElse(null);
        return Optional.of(new KubernetesWorkload(
                KubernetesWorkload.ref(object.kind() + "/" + object.name(), object.value()),
                object.value(),
                new Pod(new PodSettings(spec.value(), metadata, version, isJob))));
    }
}
