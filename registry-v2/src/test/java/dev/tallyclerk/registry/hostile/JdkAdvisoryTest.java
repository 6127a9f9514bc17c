package dev.tallyclerk.registry.hostile;

import dev.tallyclerk.testing.PrivateAuthority;
import org.junit.jupiter.api.Assumptions;

/** The same through the client of the Java runtime. */
class JdkAdvisoryTest extends AdvisoryTest {
    @Override
    Pull pull() {
        return Pull.byJdk(folder);
    }

    @Override
    Pull pullOverTls(PrivateAuthority trusted) {
        return Pull.overTlsByJdk(folder, trusted);
    }

    @Override
    Pull onThePublicNetwork() {
        return Assumptions.abort("the runtime's client asks the system for names, of which none leads here");
    }
}
