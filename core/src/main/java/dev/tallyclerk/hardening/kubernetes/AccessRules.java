package dev.tallyclerk.hardening.kubernetes;

import static dev.tallyclerk.hardening.kubernetes.Heads.CIS;
import static dev.tallyclerk.hardening.kubernetes.Heads.info;
import static dev.tallyclerk.hardening.kubernetes.Heads.rule;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.document.DocumentValue;
import dev.tallyclerk.reference.Reference;
import java.util.ArrayList;
import java.util.List;

/** What a pod may reach: the API, secrets, names and images. */
final class AccessRules {
    private AccessRules() {}

    static List<Rule<KubernetesWorkload>> all() {
        return List.of(token(), account(), secretVariable(), namespace(), aliases(), cachedImage());
    }

    private static Rule<KubernetesWorkload> token() {
        return rule(
                info("K8S-034", Severity.MEDIUM, Profile.L1, "4.3.1", """
                        A token of the service account is mounted
                        With the token, an attacker in a process speaks to the API server with the rights of the
                        account. Most programs never do.
                        Remedy: Set automountServiceAccountToken to false, in the pod or in its ServiceAccount.
                        """).reference(CIS, "5.1.6"), AccessRules::token);
    }

    private static Outcome token(KubernetesWorkload workload) {
        Fact<Boolean> own = workload.podSpec().bool("automountServiceAccountToken");
        Fact<Boolean> mounts = Values.isAbsent(own) ? workload.accountMountsToken() : own;
        return mounts.decideAt(
                (isMounted, at) -> Outcome.failIf(isMounted, at, "the token of the service account is mounted"));
    }

    private static Rule<KubernetesWorkload> account() {
        return rule(
                info("K8S-035", Severity.LOW, Profile.L1, "4.3.1", """
                        Pod runs as the default service account
                        Every pod of the namespace that names no account shares the default one, with whatever rights
                        somebody once gave it.
                        Remedy: Create a ServiceAccount for the workload and name it in serviceAccountName.
                        """).reference(CIS, "5.1.5"),
                workload -> workload.serviceAccount()
                        .decideAt((account, at) -> Outcome.failIf(
                                account.equals("default") && !(token(workload) instanceof Outcome.Pass),
                                at,
                                "the pod runs as the default service account")));
    }

    private static Rule<KubernetesWorkload> secretVariable() {
        return rule(
                info("K8S-037", Severity.LOW, Profile.L2, "4.3.2", """
                        A Secret is handed over as an environment variable
                        Variables are inherited by every process and end up in logs and crash reports; they also stay
                        as they are when the Secret changes.
                        Remedy: Mount the Secret as a file.
                        """).reference(CIS, "5.4.1"),
                AccessRules::secretVariable);
    }

    private static Outcome secretVariable(KubernetesWorkload workload) {
        List<Problem> problems = new ArrayList<>();
        for (PodContainer container : workload.pod().containers()) {
            for (DocumentValue variable : Values.elements(container.value(), "env")) {
                addSecret(variable, container, problems, "valueFrom", "secretKeyRef");
            }
            for (DocumentValue source : Values.elements(container.value(), "envFrom")) {
                addSecret(source, container, problems, "secretRef");
            }
        }
        return Outcome.ofProblems(problems);
    }

    private static void addSecret(DocumentValue value, PodContainer container, List<Problem> problems, String... path) {
        value.value(path)
                .fold(
                        (secret, at) -> problems.add(Problem.at(
                                at,
                                "a Secret becomes an environment variable",
                                Evidence.of("secret", Values.text(secret, "name")),
                                Evidence.of("container", container.name()))),
                        assumed -> false,
                        missing -> false);
    }

    private static Rule<KubernetesWorkload> namespace() {
        return rule(
                info("K8S-044", Severity.LOW, Profile.L2, "4.3.1", """
                        The default namespace is used
                        Policies, quotas and rights are given by namespace. In the default one, workloads that do not
                        belong together share them.
                        Remedy: Name a namespace of the application in the metadata.
                        """).reference(CIS, "5.6.4"),
                workload -> workload.namespace()
                        .decideAt(
                                (name, at) -> Outcome.failIf(name.equals("default"), at, "the namespace is default")));
    }

    private static Rule<KubernetesWorkload> aliases() {
        return rule(
                info("K8S-045", Severity.LOW, Profile.STRICT, "4.3.3", """
                        Host aliases are written
                        An alias in /etc/hosts goes before DNS, so that it can lead a name to another address.
                        Remedy: Use DNS.
                        """),
                workload -> Values.orDefault(workload.podSpec().elements("hostAliases"), List.<DocumentValue>of())
                        .decideAt((aliases, at) ->
                                Outcome.failIf(!aliases.isEmpty(), at, "names are given other addresses")));
    }

    private static Rule<KubernetesWorkload> cachedImage() {
        return rule(info("K8S-049", Severity.LOW, Profile.STRICT, "4.1.5", """
                        A mutable image may come from the node's cache
                        Unless it is always pulled, a tag means whatever the node has under that name, also for a pod
                        that may not pull it.
                        Remedy: Set imagePullPolicy to Always, or name the image by digest.
                        """), AccessRules::cachedImage);
    }

    private static Outcome cachedImage(KubernetesWorkload workload) {
        List<Outcome> outcomes = new ArrayList<>();
        for (PodContainer container : workload.pod().containers()) {
            outcomes.add(container.image().decideAt((image, at) -> {
                Reference reference;
                try {
                    reference = Reference.parseNormalized(image);
                } catch (IllegalArgumentException e) {
                    return Outcome.unknown(
                            new MissingValue(MissingValue.Reason.UNREADABLE, at + " is not an image reference")
                                    .withLocation(at));
                }
                if (reference.digest().isPresent()) {
                    return Outcome.pass();
                }
                String tag = reference.tag().orElse("latest");
                return Values.orDefault(
                                container.value().text("imagePullPolicy"),
                                tag.equals("latest") ? "Always" : "IfNotPresent")
                        .decideAt((policy, where) -> Outcome.failIf(
                                !policy.equals("Always"),
                                where,
                                "the image of a tag may come from the node's cache",
                                Evidence.of("imagePullPolicy", policy),
                                Evidence.of("container", container.name())));
            }));
        }
        return outcomes.isEmpty()
                ? Outcome.unknown(MissingValue.Reason.KEY_MISSING, "the document describes no container")
                : Outcome.allOf(
                        outcomes.get(0), outcomes.subList(1, outcomes.size()).toArray(Outcome[]::new));
    }
}
