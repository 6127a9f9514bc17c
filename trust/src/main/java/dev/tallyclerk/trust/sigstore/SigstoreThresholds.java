package dev.tallyclerk.trust.sigstore;

/**
 * How much evidence beside the signature is needed. Evidence of one operator, log or authority counts once.
 *
 * @param logs the number of logs that must have the signature; 0 waives the log
 * @param times the number of timestamp authorities and logs that must say when the signature was made; a certificate
 *     needs one even if this is 0
 * @param certificateLogs the number of certificate logs that must have promised to log the certificate; 0 waives them
 */
public record SigstoreThresholds(int logs, int times, int certificateLogs) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is negative
     */
    public SigstoreThresholds {
        if (logs < 0 || times < 0 || certificateLogs < 0) {
            throw new IllegalArgumentException("a threshold is negative: " + logs + " logs, " + times + " times, "
                    + certificateLogs + " certificate logs");
        }
    }

    /** {@return one of each} */
    public static SigstoreThresholds defaults() {
        return new SigstoreThresholds(1, 1, 1);
    }

    /** {@return these with that number of logs} */
    public SigstoreThresholds withLogs(int logs) {
        return new SigstoreThresholds(logs, times, certificateLogs);
    }

    /** {@return these with that number of times} */
    public SigstoreThresholds withTimes(int times) {
        return new SigstoreThresholds(logs, times, certificateLogs);
    }

    /** {@return these with that number of certificate logs} */
    public SigstoreThresholds withCertificateLogs(int certificateLogs) {
        return new SigstoreThresholds(logs, times, certificateLogs);
    }
}
