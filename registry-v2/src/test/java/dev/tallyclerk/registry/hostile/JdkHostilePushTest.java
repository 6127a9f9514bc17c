package dev.tallyclerk.registry.hostile;

import dev.tallyclerk.testing.PrivateAuthority;
import org.junit.jupiter.api.Assumptions;

/** The same through the client of the Java runtime. */
class JdkHostilePushTest extends HostilePushTest {
    @Override
    Pull pull() {
        return Pull.byJdk(folder);
    }

    @Override
    Pull pullOverTls(PrivateAuthority authority) {
        return Pull.overTlsByJdk(folder, authority);
    }

    @Override
    Pull pullByAnyName() {
        return Assumptions.abort("the runtime's client asks the system for names, of which none leads here");
    }
}
