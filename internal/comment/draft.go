package comment

// Draft is what readers would see of a submission: its fields cleaned as Submit does
// it, without a site that Submit would refuse, and with no text where nothing would be
// seen. Nothing is kept.
func (s *Service) Draft(sub Submission) Public {
	out := Public{Author: oneLine(sub.Author), Body: clean(sub.Body)}
	if site, wrong := checkURL(oneLine(sub.URL), oneLine(sub.Email)); wrong.Fault == "" {
		out.URL = site
	}
	if !s.shows(out.Body) {
		out.Body = ""
	}
	return out
}
