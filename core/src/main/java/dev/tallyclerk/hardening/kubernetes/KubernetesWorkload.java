package dev.tallyclerk.hardening.kubernetes;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.InlineWaiver;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.apparmor.AppArmorSubject;
import dev.tallyclerk.hardening.container.model.ContainerSettings;
import dev.tallyclerk.hardening.container.model.RunSubject;
import dev.tallyclerk.hardening.document.DocumentSubject;
import dev.tallyclerk.hardening.document.DocumentValue;
import dev.tallyclerk.hardening.seccomp.SeccompSubject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A pod, or a workload that creates pods from a template.
 *
 * <p>{@link KubernetesKind} reads one. It is called by kind and name, such as {@code Deployment/web}, with its
 * namespace as a label. Immutable; {@code with} methods return a changed copy.
 */
public final class KubernetesWorkload implements RunSubject, DocumentSubject {
    /** The kind of the subject's reference. */
    public static final String KIND = "kubernetes-workload";

    private final SubjectRef ref;
    private final DocumentValue object;
    private final Pod pod;
    private final Fact<Boolean> accountMountsToken;

    KubernetesWorkload(SubjectRef ref, DocumentValue object, Pod pod) {
        this(
                ref,
                object,
                pod,
                Fact.missing(
                        MissingValue.Reason.SOURCE_NOT_PROVIDED,
                        "the ServiceAccount was not given",
                        pod.spec().location()));
    }

    private KubernetesWorkload(SubjectRef ref, DocumentValue object, Pod pod, Fact<Boolean> accountMountsToken) {
        this.ref = ref;
        this.object = object;
        this.pod = pod;
        this.accountMountsToken = accountMountsToken;
    }

    static SubjectRef ref(String name, DocumentValue object) {
        SubjectRef ref = SubjectRef.of(KIND, name);
        String namespace = Values.text(object, "metadata", "namespace");
        return namespace.isEmpty() ? ref : ref.withLabel("namespace", namespace);
    }

    @Override
    public SubjectRef ref() {
        return ref;
    }

    /**
     * {@return this workload under another name}
     *
     * @param name the name for findings, waivers and baselines
     * @throws IllegalArgumentException if {@code name} is blank
     */
    public KubernetesWorkload withName(String name) {
        return new KubernetesWorkload(ref(name, object), object, pod, accountMountsToken);
    }

    /**
     * {@return this workload with what its ServiceAccount says}
     *
     * @param accountMountsToken whether pods of the account get its token, unless they say otherwise
     */
    public KubernetesWorkload withAccountMountsToken(Fact<Boolean> accountMountsToken) {
        return new KubernetesWorkload(
                ref, object, pod, Objects.requireNonNull(accountMountsToken, "accountMountsToken"));
    }

    /**
     * {@return this workload with seccomp profiles of the nodes}
     *
     * @param seccompProfiles profiles; one whose name is, or ends with a slash and, the {@code localhostProfile} of a
     *     container is that profile
     */
    public KubernetesWorkload withSeccompProfiles(List<SeccompSubject> seccompProfiles) {
        return new KubernetesWorkload(ref, object, pod.withSeccompProfiles(seccompProfiles), accountMountsToken);
    }

    /**
     * {@return this workload with AppArmor profiles of the nodes}
     *
     * @param appArmorProfiles profiles, which containers name by {@link AppArmorSubject#name}
     */
    public KubernetesWorkload withAppArmorProfiles(List<AppArmorSubject> appArmorProfiles) {
        return new KubernetesWorkload(ref, object, pod.withAppArmorProfiles(appArmorProfiles), accountMountsToken);
    }

    /**
     * {@return the waivers in annotations: {@code tallyclerk.dev/ignore} of the object or its pod, with a line such as
     * {@code RUN-013, RUN-021 reason=legacy until=2027-01-31} for each, and {@code ignore-check.kube-linter.io/NAME}
     * and {@code kube-linter.io/ignore-all} of the object}
     */
    @Override
    public List<InlineWaiver> inlineWaivers() {
        return IgnoreAnnotations.of(object, pod.annotations());
    }

    /** {@return the whole object, as {@code kubectl} would send it} */
    @Override
    public DocumentValue document() {
        return object;
    }

    /** {@return the specification of the pod, for a workload that of its template} */
    public DocumentValue podSpec() {
        return pod.spec();
    }

    /** {@return the version of Kubernetes that the workload is judged for} */
    public KubernetesVersion version() {
        return pod.version();
    }

    /** {@return the namespace; missing if the manifest leaves it to the command that applies it} */
    public Fact<String> namespace() {
        return object.text("metadata", "namespace");
    }

    /** {@return the name of the service account; {@code default} if none is set} */
    public Fact<String> serviceAccount() {
        Fact<String> current = pod.spec().text("serviceAccountName");
        Fact<String> name = Values.isAbsent(current) ? pod.spec().text("serviceAccount") : current;
        return Values.orDefault(name, "default").map(text -> text.isEmpty() ? "default" : text);
    }

    /** {@return whether pods of the account get its token, unless they say otherwise} */
    public Fact<Boolean> accountMountsToken() {
        return accountMountsToken;
    }

    /** {@return the image references of all containers that have one, in order} */
    public List<Fact.Known<String>> images() {
        List<Fact.Known<String>> images = new ArrayList<>();
        for (PodContainer container : pod.containers()) {
            if (container.image() instanceof Fact.Known<String> image) {
                images.add(image);
            }
        }
        return List.copyOf(images);
    }

    /**
     * {@return the verdict of the Pod Security Standards}
     *
     * @param level the level
     * @param version the version of the standards; one above the newest known counts as that
     */
    public PodSecurity podSecurity(PodSecurityLevel level, KubernetesVersion version) {
        return PodSecurityJudge.judge(pod, level, version);
    }

    @Override
    public List<? extends ContainerSettings> containers() {
        return pod.containers();
    }

    Pod pod() {
        return pod;
    }

    /** {@return kind and name} */
    @Override
    public String toString() {
        return ref.toString();
    }
}
