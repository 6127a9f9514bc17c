/**
 * Kubernetes workloads as subjects: their rules, and the Pod Security Standards.
 *
 * <p>{@link dev.tallyclerk.hardening.kubernetes.KubernetesKind} reads manifests: pods and everything with a pod
 * template, alone, in lists and in files of several documents. The RUN rules of
 * {@link dev.tallyclerk.hardening.container.ContainerRules} judge them together with those of
 * {@link dev.tallyclerk.hardening.kubernetes.KubernetesRules}. {@link dev.tallyclerk.hardening.kubernetes.PodSecurity}
 * decides whether a level of the Pod Security Standards admits a pod. Immutable; no I/O.
 */
@NullMarked
package dev.tallyclerk.hardening.kubernetes;

import org.jspecify.annotations.NullMarked;
