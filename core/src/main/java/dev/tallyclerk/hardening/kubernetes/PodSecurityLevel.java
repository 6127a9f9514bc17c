package dev.tallyclerk.hardening.kubernetes;

/** A level of the Pod Security Standards that restricts pods. The third level, privileged, admits every pod. */
public enum PodSecurityLevel {
    /** Prevents known ways to more privileges. */
    BASELINE,
    /** Demands what is good practice, too. */
    RESTRICTED
}
