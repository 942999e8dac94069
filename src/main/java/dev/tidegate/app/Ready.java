package dev.tidegate.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/** Ready when policies are loaded, the cluster is read and the certificate may be served. */
@Readiness
@Startup
@ApplicationScoped
class Ready implements HealthCheck {
  private final ServeBean serve;

  @Inject
  Ready(ServeBean serve) {
    this.serve = serve;
  }

  @Override
  public HealthCheckResponse call() {
    List<String> missing = serve.missing();
    HealthCheckResponseBuilder response = HealthCheckResponse.named("tidegate");
    if (!missing.isEmpty()) {
      response.withData("missing", String.join("; ", missing));
    }
    return response.status(missing.isEmpty()).build();
  }
}
