package dev.tidegate.harbor;

import dev.tidegate.evidence.CveAllowList;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.ProjectAllowList;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Doubt;
import java.util.Map;

/**
 * The allow lists that have effect in projects of the Harbors that are configured: the project's
 * own, or the system's where the project uses that one.
 */
public final class HarborAllowLists implements EvidenceSource<ProjectAllowList, CveAllowList> {
  private final Map<String, HarborApi> harbors;

  /**
   * @param harbors by the registry host that references have
   */
  public HarborAllowLists(Map<String, HarborApi> harbors) {
    this.harbors = Map.copyOf(harbors);
  }

  @Override
  public Class<ProjectAllowList> serves() {
    return ProjectAllowList.class;
  }

  @Override
  public Evidence<CveAllowList> obtain(ProjectAllowList key, Errand errand)
      throws InterruptedException {
    HarborApi harbor = harbors.get(key.registry());
    if (harbor == null) {
      return new Evidence.Unavailable<>(
          Doubt.of(Cause.NOT_CONFIGURED, key.registry() + " is no Harbor that is configured"));
    }
    return switch (harbor.project(key.project(), errand.budget())) {
      case Evidence.Absent<Project>(var at) -> new Evidence.Absent<>(at);
      case Evidence.Unavailable<Project>(Doubt doubt) -> new Evidence.Unavailable<>(doubt);
      case Evidence.Present<Project>(Project project, var at) when project.usesSystemList() ->
          switch (harbor.systemList(errand.budget())) {
            case Evidence.Present<CveAllowList>(CveAllowList list, var then) ->
                new Evidence.Present<>(list, at);
            case Evidence.Absent<CveAllowList>(var then) -> new Evidence.Absent<>(at);
            case Evidence.Unavailable<CveAllowList> trouble -> trouble;
          };
      case Evidence.Present<Project>(Project project, var at) ->
          new Evidence.Present<>(project.ownList(), at);
    };
  }
}
