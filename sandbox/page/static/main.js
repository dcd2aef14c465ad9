// The only place that switches the page's parts on.
import { watchComposers } from "./composer.js";
import { watchForms } from "./forms.js";
import { listen } from "./live.js";
import { watchMenus } from "./menu.js";
import { followTalk } from "./scroll.js";
import { watchTabs } from "./tabs.js";

document.documentElement.classList.add("live");
watchForms();
watchComposers();
watchMenus();
followTalk();
watchTabs();
listen();
