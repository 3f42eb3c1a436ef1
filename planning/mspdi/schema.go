package mspdi

import "encoding/xml"

// The elements of the schema that are read and written, in its order.

type xmlProject struct {
	XMLName           xml.Name        `xml:"http://schemas.microsoft.com/project Project"`
	SaveVersion       int             `xml:"SaveVersion"`
	BuildNumber       string          `xml:"BuildNumber,omitempty"`
	Name              string          `xml:"Name"`
	ScheduleFromStart int             `xml:"ScheduleFromStart"`
	StartDate         string          `xml:"StartDate"`
	FinishDate        string          `xml:"FinishDate"`
	CalendarUID       int             `xml:"CalendarUID"`
	MinutesPerDay     int             `xml:"MinutesPerDay"`
	Calendars         []xmlCalendar   `xml:"Calendars>Calendar"`
	Tasks             []xmlTask       `xml:"Tasks>Task"`
	Resources         []xmlResource   `xml:"Resources>Resource"`
	Assignments       []xmlAssignment `xml:"Assignments>Assignment"`
}

type xmlCalendar struct {
	UID             int            `xml:"UID"`
	Name            string         `xml:"Name"`
	IsBaseCalendar  int            `xml:"IsBaseCalendar"`
	BaseCalendarUID int            `xml:"BaseCalendarUID"`
	WeekDays        []xmlDay       `xml:"WeekDays>WeekDay"`
	Exceptions      []xmlException `xml:"Exceptions>Exception"`
}

type xmlDay struct {
	DayType      int        `xml:"DayType"`
	DayWorking   int        `xml:"DayWorking"`
	TimePeriod   *xmlPeriod `xml:"TimePeriod"`
	WorkingTimes []xmlShift `xml:"WorkingTimes>WorkingTime"`
}

type xmlException struct {
	EnteredByOccurrences int        `xml:"EnteredByOccurrences"`
	TimePeriod           *xmlPeriod `xml:"TimePeriod"`
	Occurrences          int        `xml:"Occurrences"`
	Name                 string     `xml:"Name"`
	Type                 int        `xml:"Type"`
	DayWorking           int        `xml:"DayWorking"`
	WorkingTimes         []xmlShift `xml:"WorkingTimes>WorkingTime"`
}

type xmlPeriod struct {
	FromDate string `xml:"FromDate"`
	ToDate   string `xml:"ToDate"`
}

type xmlShift struct {
	FromTime string `xml:"FromTime"`
	ToTime   string `xml:"ToTime"`
}

type xmlTask struct {
	UID            int       `xml:"UID"`
	ID             int       `xml:"ID"`
	Name           string    `xml:"Name"`
	IsNull         int       `xml:"IsNull"`
	OutlineLevel   int       `xml:"OutlineLevel"`
	Priority       *int      `xml:"Priority,omitempty"`
	Start          string    `xml:"Start,omitempty"`
	Finish         string    `xml:"Finish,omitempty"`
	Duration       string    `xml:"Duration,omitempty"`
	DurationFormat int       `xml:"DurationFormat"`
	Milestone      int       `xml:"Milestone"`
	Summary        int       `xml:"Summary"`
	Critical       int       `xml:"Critical"`
	EarlyStart     string    `xml:"EarlyStart,omitempty"`
	EarlyFinish    string    `xml:"EarlyFinish,omitempty"`
	LateStart      string    `xml:"LateStart,omitempty"`
	LateFinish     string    `xml:"LateFinish,omitempty"`
	FreeSlack      *int64    `xml:"FreeSlack,omitempty"`
	TotalSlack     *int64    `xml:"TotalSlack,omitempty"`
	ActualStart    string    `xml:"ActualStart,omitempty"`
	ActualFinish   string    `xml:"ActualFinish,omitempty"`
	ConstraintType int       `xml:"ConstraintType"`
	CalendarUID    *int      `xml:"CalendarUID,omitempty"`
	ConstraintDate string    `xml:"ConstraintDate,omitempty"`
	Deadline       string    `xml:"Deadline,omitempty"`
	Links          []xmlLink `xml:"PredecessorLink"`
}

type xmlLink struct {
	PredecessorUID int   `xml:"PredecessorUID"`
	Type           *int  `xml:"Type"`
	CrossProject   int   `xml:"CrossProject"`
	LinkLag        int64 `xml:"LinkLag"`
	LagFormat      int   `xml:"LagFormat"`
}

type xmlResource struct {
	UID         int     `xml:"UID"`
	ID          int     `xml:"ID"`
	Name        string  `xml:"Name"`
	Type        *int    `xml:"Type"`
	IsNull      int     `xml:"IsNull"`
	MaxUnits    decimal `xml:"MaxUnits"`
	CalendarUID *int    `xml:"CalendarUID,omitempty"`
}

type xmlAssignment struct {
	UID         int     `xml:"UID"`
	TaskUID     int     `xml:"TaskUID"`
	ResourceUID int     `xml:"ResourceUID"`
	Units       decimal `xml:"Units"`
}
