package dev.tallyclerk.registry.hostile;

import okhttp3.Dns;
import org.junit.jupiter.api.Assumptions;

/** The same through the client of the Java runtime. */
class JdkFaultTest extends FaultTest {
    @Override
    Pull pull() {
        return Pull.byJdk(folder);
    }

    @Override
    Pull pullWithoutNames() {
        return pull();
    }

    @Override
    Pull pullWithNames(Dns names) {
        return Assumptions.abort("the runtime's client asks the system for names");
    }
}
