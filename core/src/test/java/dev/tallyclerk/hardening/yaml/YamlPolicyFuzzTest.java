package dev.tallyclerk.hardening.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.policy.PolicyCorpus;
import dev.tallyclerk.hardening.policy.PolicyException;
import dev.tallyclerk.hardening.policy.PolicyReader;

/** Any bytes are a policy or refused with a bounded message, and what both readers take they read alike. */
class YamlPolicyFuzzTest {
    private static final PolicyReader JSON = PolicyReader.of(PolicyCorpus.RULES);
    private static final YamlPolicyReader YAML = YamlPolicyReader.of(JSON);

    @FuzzTest
    void read(byte[] data) {
        Policy yaml = null;
        try {
            yaml = YAML.read(data);
        } catch (PolicyException e) {
            assertTrue(e.toString().length() < 1000);
        }
        try {
            Policy json = JSON.read(data);
            if (yaml != null) {
                assertEquals(json, yaml);
            }
        } catch (PolicyException e) {
            assertTrue(e.toString().length() < 1000);
        }
    }
}
