package dev.tallyclerk.hardening.kubernetes;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.document.Document;
import dev.tallyclerk.hardening.document.DocumentDialect;
import dev.tallyclerk.hardening.document.DocumentReader;
import dev.tallyclerk.hardening.kubernetes.KubernetesObjects.KubernetesObject;
import dev.tallyclerk.hardening.source.Recognition;
import dev.tallyclerk.hardening.source.SourceContext;
import dev.tallyclerk.hardening.source.SourceDocument;
import dev.tallyclerk.hardening.source.SubjectFile;
import dev.tallyclerk.hardening.source.SubjectKind;
import dev.tallyclerk.internal.subject.SubjectJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Kubernetes manifests: YAML or JSON, as {@code kubectl apply} takes them.
 *
 * <p>The workloads are Pod, PodTemplate, ReplicationController, Deployment, StatefulSet, DaemonSet, ReplicaSet, Job and
 * CronJob, alone, in a list, or in several documents. Other objects are counted in a note; a ServiceAccount among the
 * documents of an audit decides for the workloads that use it. Templates of Helm are refused, because they are not
 * YAML: give what {@code helm template} writes. Immutable.
 */
public final class KubernetesKind implements SubjectKind {
    private final KubernetesVersion version;

    private KubernetesKind(KubernetesVersion version) {
        this.version = Objects.requireNonNull(version, "version");
    }

    /** {@return the kind, for the newest version of Kubernetes that is known} */
    public static KubernetesKind create() {
        return new KubernetesKind(KubernetesVersion.newest());
    }

    /**
     * {@return this kind for another version of Kubernetes}
     *
     * @param version the version that workloads are judged for
     */
    public KubernetesKind withVersion(KubernetesVersion version) {
        return new KubernetesKind(version);
    }

    @Override
    public String name() {
        return "kubernetes";
    }

    @Override
    public String title() {
        return "Kubernetes manifest";
    }

    @Override
    public Recognition recognise(SourceDocument document) {
        boolean isManifest = document.memberNames().contains("kind")
                && (document.memberNames().contains("apiVersion")
                        || document.memberNames().contains("metadata"));
        return isManifest ? Recognition.CERTAIN : Recognition.NONE;
    }

    @Override
    public List<KubernetesWorkload> read(SourceDocument document, SourceContext context)
            throws MalformedSubjectException {
        SubjectFile file = readAll(List.of(document), context).get(0);
        if (file.failure().isPresent()) {
            throw file.failure().get();
        }
        return file.subjects().stream().map(KubernetesWorkload.class::cast).toList();
    }

    /** {@return the workloads, with what the ServiceAccounts in any of the documents say} */
    @Override
    public List<SubjectFile> readAll(List<SourceDocument> documents, SourceContext context) {
        DocumentReader reader = DocumentReader.of(DocumentDialect.KUBERNETES).withLimits(context.limits());
        List<List<KubernetesObject>> objects = new ArrayList<>();
        List<SubjectFile> files = new ArrayList<>();
        Map<String, Fact<Boolean>> accounts = new HashMap<>();
        for (SourceDocument document : documents) {
            List<KubernetesObject> inFile = new ArrayList<>();
            try {
                int duplicates = 0;
                for (Document part : reader.read(document)) {
                    inFile.addAll(KubernetesObjects.in(part.root()));
                    duplicates += part.duplicateKeys().size();
                }
                SubjectFile file = SubjectFile.read(document, List.of());
                files.add(duplicates == 0 ? file : file.withNote(duplicateNote(duplicates)));
            } catch (MalformedSubjectException e) {
                inFile.clear();
                files.add(SubjectFile.malformed(document, hinted(document, e)));
            }
            inFile.forEach(object -> addAccount(object, accounts));
            long workloads =
                    inFile.stream().filter(KubernetesObjects::isWorkload).count();
            if (workloads > SubjectJson.maxSubjects(context.limits())) {
                inFile.clear();
                files.set(
                        files.size() - 1,
                        SubjectFile.malformed(
                                document,
                                new MalformedSubjectException(
                                        MalformedSubjectException.Reason.LIMIT_EXCEEDED,
                                        document.name(),
                                        "",
                                        workloads + " workloads; " + SubjectJson.maxSubjects(context.limits())
                                                + " are allowed")));
            }
            objects.add(inFile);
        }
        Names names = new Names();
        objects.forEach(inFile -> inFile.forEach(names::count));
        for (int i = 0; i < files.size(); i++) {
            files.set(i, withSubjects(files.get(i), objects.get(i), accounts, names));
        }
        return files;
    }

    private static String duplicateNote(int duplicates) {
        return duplicates + (duplicates == 1 ? " key is" : " keys are")
                + " repeated: the last one counts, and strict validation refuses it";
    }

    private static MalformedSubjectException hinted(SourceDocument document, MalformedSubjectException e) {
        boolean isTemplate = document.start().contains("{{");
        if (!isTemplate || e.reason() != MalformedSubjectException.Reason.SYNTAX) {
            return e;
        }
        MalformedSubjectException hinted = new MalformedSubjectException(
                e.reason(),
                document.name(),
                "",
                "a template of Helm is not YAML; audit what helm template writes: helm template . | tallyclerk audit -");
        hinted.initCause(e);
        return hinted;
    }

    private static void addAccount(KubernetesObject object, Map<String, Fact<Boolean>> accounts) {
        if (object.kind().equals("ServiceAccount")) {
            accounts.put(
                    object.namespace() + "/" + object.name(),
                    Values.orDefault(object.value().bool("automountServiceAccountToken"), true));
        }
    }

    private SubjectFile withSubjects(
            SubjectFile file, List<KubernetesObject> objects, Map<String, Fact<Boolean>> accounts, Names names) {
        if (file.failure().isPresent()) {
            return file;
        }
        List<Subject> workloads = new ArrayList<>();
        Map<String, Integer> others = new TreeMap<>();
        List<String> withoutPod = new ArrayList<>();
        for (KubernetesObject object : objects) {
            if (!KubernetesObjects.isWorkload(object)) {
                others.merge(object.kind().isEmpty() ? "unknown" : object.kind(), 1, Integer::sum);
                continue;
            }
            KubernetesObjects.workload(object, version)
                    .ifPresentOrElse(
                            workload -> workloads.add(linked(names.apart(workload, object, file), accounts)),
                            () -> withoutPod.add(object.kind() + "/" + object.name()));
        }
        SubjectFile read = SubjectFile.read(file.document(), workloads);
        for (String note : file.notes()) {
            read = read.withNote(note);
        }
        if (!withoutPod.isEmpty()) {
            read = read.withNote("not audited, without a pod: " + String.join(", ", withoutPod));
        }
        if (!others.isEmpty()) {
            StringBuilder kinds = new StringBuilder();
            others.forEach((kind, count) -> kinds.append(kinds.length() == 0 ? "" : ", ")
                    .append(count)
                    .append(' ')
                    .append(kind));
            read = read.withNote("not workloads: " + kinds);
        }
        return read;
    }

    private static KubernetesWorkload linked(KubernetesWorkload workload, Map<String, Fact<Boolean>> accounts) {
        String namespace = workload.namespace().fold((text, at) -> text, Fact.Defaulted::value, missing -> "");
        String account = workload.serviceAccount().fold((text, at) -> text, Fact.Defaulted::value, missing -> "");
        Fact<Boolean> mounts = accounts.get(namespace + "/" + account);
        return mounts == null ? workload : workload.withAccountMountsToken(mounts);
    }

    /** Tells workloads of the same name apart, by namespace and file. */
    private static final class Names {
        private final Map<String, Integer> counts = new HashMap<>();
        private final Map<String, Integer> used = new LinkedHashMap<>();

        void count(KubernetesObject object) {
            if (KubernetesObjects.isWorkload(object)) {
                counts.merge(object.kind() + "/" + object.name(), 1, Integer::sum);
            }
        }

        KubernetesWorkload apart(KubernetesWorkload workload, KubernetesObject object, SubjectFile file) {
            String name = workload.ref().name();
            if (counts.getOrDefault(name, 0) < 2) {
                return workload;
            }
            String namespace = object.namespace();
            String longer = name + (namespace.isEmpty() ? "" : " of " + namespace) + " in "
                    + file.document().name();
            int number = used.merge(longer, 1, Integer::sum);
            return workload.withName(number == 1 ? longer : longer + " (" + number + ")");
        }
    }
}
